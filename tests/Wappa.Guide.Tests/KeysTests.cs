namespace Wappa.Guide.Tests;

public class KeysTests : HandlerView
{
    [Fact]
    public void KeyFactory_Defaults_GiveTheDocumentedKeys()
    {
        // snippet: keys-factory
        var keys = new KeyFactory(
            userPrefix: "user",      // user records
            handlerPrefix: "state",  // states
            tablePrefix: "df",       // table rows
            pkMarker: "pkid");       // stands before the record id

        var user = keys.User("hotel123", "1234567890");                  // hotel123:user:1234567890
        var stats = keys.User("hotel123", "1234567890", "stats");        // hotel123:user:1234567890:stats
        var state = keys.Handler("hotel123", "pizza_order", "1234567890"); // hotel123:state:pizza_order:1234567890
        var row = keys.Table("hotel123", "products", "pizza_large");     // hotel123:df:products:pkid:pizza_large
        // end

        user.ShouldBe("hotel123:user:1234567890");
        stats.ShouldBe("hotel123:user:1234567890:stats");
        state.ShouldBe("hotel123:state:pizza_order:1234567890");
        row.ShouldBe("hotel123:df:products:pkid:pizza_large");
        keys.Key(RecordKey.Table("hotel123", TableKey.Table("stats"))).ShouldBe("hotel123:df:stats:pkid:");
        KeyFactory.Default.User("hotel123", "1234567890").ShouldBe(user);
    }

    [Fact]
    public async Task KeyFactory_OwnPrefixes_AreUsedByTheCaches()
    {
        // snippet: keys-prefixes
        var options = new CachingOptions { Keys = new KeyFactory(userPrefix: "guest", tablePrefix: "tbl") };
        // end

        options.Keys.User("hotel123", "1234567890").ShouldBe("hotel123:guest:1234567890");
        options.Keys.Table("hotel123", "products", "pizza_large").ShouldBe("hotel123:tbl:products:pkid:pizza_large");
        var caches = CacheFactory.Over(new MemoryDocumentStore(), options).ForUser("hotel123", "1234567890");
        (await caches.User.SetAsync("profile", new { name = "Sarah" })).ShouldBeTrue();
    }

    [Fact]
    public void KeyFactory_PartsWithColons_AreEscapedAndReadBack()
    {
        // snippet: keys-escaping
        var key = KeyFactory.Default.Table("hotel123", "user:profiles", "john:smith:123");
        // hotel123:df:user%3Aprofiles:pkid:john%3Asmith%3A123

        bool ours = KeyFactory.Default.TryParse(key, out var record); // record.Owner is "user:profiles" again
        // end

        key.ShouldBe("hotel123:df:user%3Aprofiles:pkid:john%3Asmith%3A123");
        ours.ShouldBeTrue();
        (record.Kind, record.Tenant, record.Owner, record.Name)
            .ShouldBe((RecordKind.Table, "hotel123", "user:profiles", "john:smith:123"));
        KeyFactory.Default.TryParse("somebody:elses:key", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task TableKey_Create_ReplacesColonsAndLosesThem()
    {
        // snippet: keys-table-key
        TableKey row = TableKey.Row("products", "pizza_large");
        TableKey same = TableKey.Parse("products:pizza_large");      // splits at the first colon
        TableKey whole = TableKey.Table("stats");                    // the record of the table itself

        TableKey created = TableKey.Create("products", "pizza_large"); // ToString() is "products:pizza_large"
        await TableCache.SetAsync(created, new { name = "Large Pizza" });

        TableKey safe = TableKey.Create("user:profiles", "john:smith:123"); // user_profiles:john_smith_123
        // end

        same.ShouldBe(row);
        created.ShouldBe(row);
        created.ToString().ShouldBe("products:pizza_large");
        safe.ToString().ShouldBe("user_profiles:john_smith_123");
        whole.IsTableLevel.ShouldBeTrue();
        (await TableCache.ExistsAsync("products", "pizza_large")).ShouldBeTrue();
        TableKey.Create("a:b", "c").ShouldBe(TableKey.Create("a_b", "c"));
        TableKey.Row("a:b", "c").ShouldNotBe(TableKey.Row("a_b", "c"));
        Should.Throw<FormatException>(() => TableKey.Parse("products:"));
    }

    [Fact]
    public async Task Names_GoodOnes_SayWhatTheyHold()
    {
        var order = new { step = "size" };
        var ticket = new { ticket_id = "T123" };
        var progress = new { step = "name" };
        var product = new { name = "Large Pizza" };
        var customer = new { name = "John" };

        // snippet: keys-naming
        await StateCache.SetAsync("pizza_order", order);            // one flow, one state
        await StateCache.SetAsync("support_ticket", ticket);
        await StateCache.SetAsync("user_onboarding", progress);

        await TableCache.SetAsync("products", "pizza_large", product); // table: a plural; id: what is unique in it
        await TableCache.SetAsync("orders", "order_12345", order);
        await TableCache.SetAsync("customers", "customer_john", customer);

        // not: StateCache.SetAsync("data", …), StateCache.SetAsync("temp", …)
        // two flows that both choose "data" overwrite each other
        // end

        (await StateCache.ListAsync<CacheDocument>().CountAsync()).ShouldBe(3);
        (await TableCache.GetFieldAsync<string>("products", "pizza_large", "name")).ShouldBe("Large Pizza");
    }

    [Fact]
    public void CacheKeyBuilder_Parts_AreJoinedAndEscaped()
    {
        // snippet: keys-general
        var key = CacheKeyBuilder.Build("chat", "conversation", 123, "messages"); // chat:v1:conversation:123:messages
        var all = CacheKeyBuilder.Pattern("chat", "conversation", "*", "messages"); // chat:v1:conversation:*:messages
        bool fits = CacheKeyBuilder.Matches(all, key);                            // true

        var next = CacheKeyBuilder.BuildVersion("chat", 2, "conversation", 123, "messages"); // chat:v2:…
        // end

        key.ShouldBe("chat:v1:conversation:123:messages");
        all.ShouldBe("chat:v1:conversation:*:messages");
        fits.ShouldBeTrue();
        next.ShouldBe("chat:v2:conversation:123:messages");
        CacheKeyBuilder.Build("chat", "a:b").ShouldBe("chat:v1:a%3Ab");
    }

    [Theory]
    [InlineData("")]
    [InlineData("line\nbreak")]
    public async Task Names_ThatCannotBe_AreRefused(string name) =>
        await Should.ThrowAsync<ArgumentException>(async () => await StateCache.GetAsync(name));
}
