using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>The names themselves, letter by letter.</summary>
public sealed class LayoutNameTests
{
    private static readonly ScopedLayout Scoped = new();
    private static readonly CacheDataLayout CacheData = new("hotel123");

    [Fact]
    public void Scoped_NamesOfTheSpecification_AreWrittenToTheLetter()
    {
        Scoped.PathOf(RecordKey.User("hotel123", "1234567890")).ShouldBe("users/hotel123_1234567890.json");
        Scoped.PathOf(RecordKey.User("hotel123", "+1234567890")).ShouldBe("users/hotel123_+1234567890.json");
        Scoped.PathOf(RecordKey.State("hotel123", "1234567890", "pizza_order"))
            .ShouldBe("states/hotel123_pizza_order_1234567890.json");
        Scoped.PathOf(RecordKey.State("hotel123", "+1234567890", "pizza_order"))
            .ShouldBe("states/hotel123_pizza_order_+1234567890.json");
        Scoped.PathOf(RecordKey.Table("hotel123", TableKey.Row("products", "pizza_large")))
            .ShouldBe("tables/hotel123_products_pizza_large.json");
    }

    [Fact]
    public void Scoped_OtherRecords_HaveNamesOfTheirOwn()
    {
        Scoped.PathOf(RecordKey.User("hotel123", "1234567890", "stats")).ShouldBe("users/hotel123_1234567890_stats.json");
        Scoped.PathOf(RecordKey.User("hotel123", "1", "a_b")).ShouldBe("users/hotel123_1_a_b.json");
        Scoped.PathOf(RecordKey.Table("hotel123", TableKey.Table("stats"))).ShouldBe("tables/hotel123_stats_.json");
        Scoped.PathOf(RecordKey.State("hotel123", "1", "profile")).ShouldBe("states/hotel123_profile_1.json");
    }

    [Theory]
    [InlineData("a_b", "a%5Fb")]
    [InlineData("Ab", "%41b")]
    [InlineData("é", "%C3%A9")]
    [InlineData("🍕", "%F0%9F%8D%95")]
    [InlineData("a/b\\c:d*e?f\"g<h>i|j%k", "a%2Fb%5Cc%3Ad%2Ae%3Ff%22g%3Ch%3Ei%7Cj%25k")]
    [InlineData(".a", "%2Ea")]
    [InlineData("a.b", "a.b")]
    [InlineData("a.", "a%2E")]
    [InlineData("a ", "a%20")]
    [InlineData(" a b", " a b")]
    [InlineData(".", "%2E")]
    [InlineData("..", "%2E%2E")]
    [InlineData("con", "%63on")]
    [InlineData("con.x", "%63on.x")]
    [InlineData("nul .x", "%6Eul .x")]
    [InlineData("com1", "%63om1")]
    [InlineData("com", "com")]
    [InlineData("com10", "com10")]
    [InlineData("console", "console")]
    [InlineData("CON", "%43%4F%4E")]
    [InlineData("conin$", "%63onin$")]
    [InlineData("!#$&'()+,-;=@[]^`{}~", "!#$&'()+,-;=@[]^`{}~")]
    public void Scoped_UnsafeCharacters_AreEscaped(string user, string part)
    {
        Scoped.PathOf(RecordKey.User("t", user)).ShouldBe($"users/t_{part}.json");
        Scoped.PathOf(RecordKey.User(user, "u")).ShouldBe($"users/{part}_u.json");
    }

    [Fact]
    public void Scoped_NamesThatJoinAlike_Differ()
    {
        Scoped.PathOf(RecordKey.User("a_b", "c")).ShouldBe("users/a%5Fb_c.json");
        Scoped.PathOf(RecordKey.User("a", "b_c")).ShouldBe("users/a_b%5Fc.json");
        Scoped.PathOf(RecordKey.User("a", "b", "c")).ShouldBe("users/a_b_c.json");
        Scoped.PathOf(RecordKey.State("a", "c", "b_d")).ShouldBe("states/a_b_d_c.json");
        Scoped.PathOf(RecordKey.State("a", "d_c", "b")).ShouldBe("states/a_b_d%5Fc.json");
        Scoped.PathOf(RecordKey.Table("a", TableKey.Row("b_c", "d"))).ShouldBe("tables/a_b%5Fc_d.json");
        Scoped.PathOf(RecordKey.Table("a", TableKey.Row("b", "c_d"))).ShouldBe("tables/a_b_c_d.json");
    }

    [Fact]
    public void CacheData_NamesOfTheSpecification_AreWrittenToTheLetter()
    {
        CacheData.PathOf(RecordKey.User("hotel123", "1234567890")).ShouldBe("user_cache/user_profile_1234567890.json");
        CacheData.PathOf(RecordKey.Table("hotel123", TableKey.Row("msg_history", "1234567890")))
            .ShouldBe("table_cache/msg_history_1234567890.json");
        CacheData.PathOf(RecordKey.State("hotel123", "1234567890", "wappa_state"))
            .ShouldBe("state_cache/wappa_state_1234567890.json");
    }

    [Fact]
    public void CacheData_EverythingElse_StandsUnderItsWholeKey()
    {
        CacheData.PathOf(RecordKey.User("hotel123", "1", "stats")).ShouldBe("user_cache/keys/hotel123%3Auser%3A1%3Astats.json");
        CacheData.PathOf(RecordKey.User("other", "1")).ShouldBe("user_cache/keys/other%3Auser%3A1.json");
        CacheData.PathOf(RecordKey.Table("hotel123", TableKey.Table("msg_history")))
            .ShouldBe("table_cache/keys/hotel123%3Adf%3Amsg_history%3Apkid%3A.json");
        CacheData.PathOf(RecordKey.Table("hotel123", TableKey.Row("products", "a:b")))
            .ShouldBe("table_cache/keys/hotel123%3Adf%3Aproducts%3Apkid%3Aa%253%41b.json");
        CacheData.PathOf(RecordKey.State("hotel123", "1", "pizza_order"))
            .ShouldBe("state_cache/keys/hotel123%3Astate%3Apizza_order%3A1.json");
        CacheData.PathOf(RecordKey.State("other", "1", "wappa_state"))
            .ShouldBe("state_cache/keys/other%3Astate%3Awappa_state%3A1.json");
    }

    [Fact]
    public void PathOf_TooLong_KeepsTheBeginningAndAHashOfTheKey()
    {
        var id = new string('x', 200);
        var path = Scoped.PathOf(RecordKey.Table("hotel123", TableKey.Row("products", id)));

        path.ShouldStartWith("tables/hotel123_products_xxxx");
        path.ShouldMatch("x%%[0-9a-f]{40}\\.json$");
        path.Length.ShouldBe("tables/".Length + 200);
        Scoped.PathOf(RecordKey.Table("hotel123", TableKey.Row("products", id + "y"))).ShouldNotBe(path);
        path.ShouldBe("tables/hotel123_products_" + new string('x', 135) + "%%ddc6bb722c2655f71f1fed20016274de4cc331ba.json");
    }

    [Fact]
    public void PathOf_TooLong_NeverEndsInHalfAnEscape()
    {
        for (var plain = 0; plain < 4; plain++)
        {
            var key = RecordKey.User("t", new string('a', plain) + new string('É', 100));
            var name = Scoped.PathOf(key)["users/".Length..];

            name.ShouldMatch("%C3(%89)?%%[0-9a-f]{40}\\.json$|%89%%[0-9a-f]{40}\\.json$");
            Scoped.Read(0, name, out var owner).ShouldBe(FileNameKind.Shortened);
            owner.ShouldBe(Scoped.OwnerHash(RecordKind.User, key.Tenant, key.Owner));
        }
    }

    [Fact]
    public void PathOf_JustShortEnough_IsWhole()
    {
        var longest = RecordKey.User("t", new string('a', 193));

        Scoped.PathOf(longest).ShouldBe($"users/t_{new string('a', 193)}.json");
        Scoped.PathOf(RecordKey.User("t", new string('a', 194))).ShouldContain("%%");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".json")]
    [InlineData("_.json")]
    [InlineData("a.json")]
    [InlineData("a_.json")]
    [InlineData("_b.json")]
    [InlineData("a_b")]
    [InlineData("a_b.JSON")]
    [InlineData("a_b.json.tmp")]
    [InlineData(".a_b.json")]
    [InlineData("A_b.json")]
    [InlineData("a_b%5f.json")]
    [InlineData("a_%61.json")]
    [InlineData("a_%6.json")]
    [InlineData("a_%.json")]
    [InlineData("a_é.json")]
    [InlineData("a_%FF.json")]
    [InlineData("a_%00.json")]
    [InlineData("a_con.json")]
    [InlineData("a_b_profile.json")]
    [InlineData("a_b_.json")]
    [InlineData("a_b%%0123.json")]
    [InlineData("a_b%%0123456789abcdef0123456789abcdef0123456X.json")]
    [InlineData("a_%5%%0123456789abcdef0123456789abcdef01234567.json")]
    public void Read_AUsersNameThatNoneHas_IsForeign(string name)
    {
        Scoped.Read(0, name, out _).ShouldBe(FileNameKind.Foreign);
        Scoped.TryParse(0, name, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, "user_profile_.json")]
    [InlineData(0, "1.json")]
    [InlineData(0, "msg_history_1.json")]
    [InlineData(0, "user_profile_a_b.json")]
    [InlineData(2, "wappa_state_a_b.json")]
    [InlineData(3, "hotel123%3Auser%3A1.json")]
    [InlineData(3, "hotel123%3Auser%3A1%3Aprofile.json")]
    [InlineData(3, "other%3Astate%3Aa%3A1.json")]
    [InlineData(3, "other.json")]
    [InlineData(4, "hotel123%3Adf%3Amsg_history%3Apkid%3A1.json")]
    [InlineData(4, "a%3Adf%3Ab%3Apkid%3A%25.json")]
    [InlineData(5, "hotel123%3Astate%3Awappa_state%3A1.json")]
    [InlineData(5, "a%3Astate%3A%3A1.json")]
    public void Read_ACacheDataNameThatNoneHas_IsForeign(int directory, string name)
    {
        CacheData.Read(directory, name, out _).ShouldBe(FileNameKind.Foreign);
        CacheData.TryParse(directory, name, out _).ShouldBeFalse();
    }

    [Fact]
    public void OwnerHash_StatesAndUserRecords_AreOneOwner()
    {
        foreach (var layout in LayoutSamples.Layouts)
        {
            var user = layout.OwnerHash(RecordKind.User, "t", "x");
            layout.OwnerHash(RecordKind.State, "t", "x").ShouldBe(user);
            layout.OwnerHash(RecordKind.Table, "t", "x").ShouldNotBe(user);
            layout.OwnerHash(RecordKind.User, "tx", "").ShouldNotBe(user);
        }

        // It stands in names on disk: it may never change.
        Scoped.OwnerHash(RecordKind.User, "hotel123", "1234567890").ShouldBe(unchecked((int)0xF07061D3));
    }
}
