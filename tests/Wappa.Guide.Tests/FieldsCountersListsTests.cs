using Microsoft.Extensions.Logging;

namespace Wappa.Guide.Tests;

public class FieldsCountersListsTests : HandlerView
{
    public sealed record Profile(string Name, string Language = "en");

    [Fact]
    public async Task Vocabulary_EachMethod_DoesWhatTheTableSays()
    {
        // snippet: operations-all
        bool stored = await UserCache.SetAsync("profile", new Profile("Sarah"), ttl: TimeSpan.FromDays(1));
        Profile? profile = await UserCache.GetAsync<Profile>("profile");
        CacheDocument? document = await UserCache.GetAsync("profile");
        bool exists = await UserCache.ExistsAsync("profile");

        bool set = await UserCache.SetFieldAsync("profile", "language", "es");
        string? language = await UserCache.GetFieldAsync<string>("profile", "language");
        long count = await UserCache.IncrementFieldAsync("profile", "message_count");
        long length = await UserCache.AppendToListAsync("profile", "recent_messages", "hello");

        CacheTtl ttl = await UserCache.GetTtlAsync("profile");
        bool renewed = await UserCache.SetTtlAsync("profile", TimeSpan.FromHours(1));
        bool deleted = await UserCache.DeleteAsync("profile");
        // end

        (stored, exists, set, renewed, deleted).ShouldBe((true, true, true, true, true));
        profile.ShouldBe(new Profile("Sarah"));
        document!.FieldNames.ShouldBe(["name", "language"]);
        language.ShouldBe("es");
        (count, length).ShouldBe((1, 1));
        ttl.Remaining.ShouldBe(TimeSpan.FromDays(1));
        (await UserCache.ExistsAsync("profile")).ShouldBeFalse();
    }

    [Fact]
    public async Task Vocabulary_MissingRecord_AnswersWithoutCreatingIt()
    {
        // snippet: operations-missing
        var profile = await UserCache.GetAsync<Profile>("profile");               // null
        var language = await UserCache.GetFieldAsync<string>("profile", "language"); // null
        var ttl = await UserCache.GetTtlAsync("profile");                         // CacheTtl.Missing
        var removed = await UserCache.RemoveFieldAsync("profile", "language");    // false
        var renewed = await UserCache.SetTtlAsync("profile", TimeSpan.FromDays(1)); // false
        var deleted = await UserCache.DeleteAsync("profile");                     // false
        // end

        profile.ShouldBeNull();
        language.ShouldBeNull();
        ttl.ShouldBe(CacheTtl.Missing);
        (removed, renewed, deleted).ShouldBe((false, false, false));
        (await UserCache.ExistsAsync("profile")).ShouldBeFalse();
    }

    [Fact]
    public async Task SetFieldAsync_OneField_LeavesTheOthers()
    {
        await UserCache.SetAsync("profile", new { name = "Sarah", notes = "vip" }, ttl: TimeSpan.FromDays(1));

        // snippet: operations-fields
        await UserCache.SetFieldAsync("profile", "last_seen", "2025-01-15T10:30:00Z");
        var lastSeen = await UserCache.GetFieldAsync<DateTimeOffset>("profile", "last_seen");

        await UserCache.SetFieldsAsync("profile", new Dictionary<string, object?>
        {
            ["language"] = "es",
            ["subscription"] = "premium",
        });                                                                    // both in one step
        await UserCache.MergeAsync("profile", new { city = "Bogotá" });        // the same, from a type
        bool wasThere = await UserCache.RemoveFieldAsync("profile", "notes");
        // end

        lastSeen.ShouldBe(Clock.GetUtcNow());
        wasThere.ShouldBeTrue();
        (await UserCache.GetAsync("profile"))!.FieldNames
            .ShouldBe(["name", "last_seen", "language", "subscription", "city"]);
        (await UserCache.GetTtlAsync("profile")).Remaining.ShouldBe(TimeSpan.FromDays(1)); // none of them gave one
    }

    [Fact]
    public async Task IncrementFieldAsync_ManyAtOnce_LosesNone()
    {
        // snippet: operations-counters
        long messages = await UserCache.IncrementFieldAsync("stats", "message_count");   // 1: it was missing
        messages = await UserCache.IncrementFieldAsync("stats", "message_count", by: 4); // 5
        long left = await UserCache.IncrementFieldAsync("stats", "credits", by: -3);     // down, and below zero too

        await UserCache.IncrementFieldAsync("stats", "login_count", ttl: TimeSpan.FromHours(1)); // renews "stats"

        decimal spent = await UserCache.IncrementFieldAsync("stats", "spent", by: 15.99m); // exact
        spent = await UserCache.IncrementFieldAsync("stats", "spent", by: 0.01m);          // 16.00
        // end

        (messages, left, spent).ShouldBe((5, -3, 16.00m));
        (await UserCache.GetTtlAsync("stats")).Remaining.ShouldBe(TimeSpan.FromHours(1));

        await Task.WhenAll(Enumerable.Range(0, 200).Select(
            _ => Task.Run(async () => await UserCache.IncrementFieldAsync("stats", "message_count"))));
        (await UserCache.GetFieldAsync<long>("stats", "message_count")).ShouldBe(205);
    }

    [Fact]
    public async Task AppendToListAsync_WithMaxLength_KeepsTheNewest()
    {
        // snippet: operations-lists
        await StateCache.AppendToListAsync("order", "items", "pizza_large", ttl: TimeSpan.FromMinutes(30));
        long length = await StateCache.AppendToListAsync("order", "items", "coke_medium"); // 2; the 30 minutes run on

        for (var i = 1; i <= 12; i++)
        {
            await UserCache.AppendToListAsync("profile", "recent_messages", $"message {i}", maxLength: 10);
        }

        var recent = await UserCache.GetFieldAsync<List<string>>("profile", "recent_messages"); // message 3 to 12
        // end

        length.ShouldBe(2);
        (await StateCache.GetFieldAsync<string[]>("order", "items")).ShouldBe(["pizza_large", "coke_medium"]);
        recent.ShouldBe([.. Enumerable.Range(3, 10).Select(i => $"message {i}")]);
        (await StateCache.GetTtlAsync("order")).Remaining.ShouldBe(TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task TryGetFieldAsync_MissNullAndZero_AreThreeAnswers()
    {
        // snippet: operations-try
        await UserCache.SetAsync("stats", new { points = 0, nickname = (string?)null });

        CacheResult<long> points = await UserCache.TryGetFieldAsync<long>("stats", "points");       // a hit: 0
        CacheResult<string> name = await UserCache.TryGetFieldAsync<string>("stats", "nickname");   // a hit: null
        CacheResult<string> email = await UserCache.TryGetFieldAsync<string>("stats", "email");     // a miss

        CacheResult<CacheDocument> whole = await UserCache.TryGetAsync<CacheDocument>("stats");
        if (whole.TryGet(out var document))
        {
            // document, whole.Revision and whole.Ttl belong together: one read
        }
        // end

        (points.IsHit, points.Value).ShouldBe((true, 0));
        (name.IsHit, name.Value).ShouldBe((true, null));
        email.IsHit.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => email.Value);
        document.ShouldNotBeNull();
        whole.Revision.ShouldBeGreaterThan(0);
        whole.Ttl.ShouldBe(CacheTtl.NoExpiry);
    }

    [Fact]
    public async Task IncrementAndAppend_FieldOfAnotherKind_ChangeNothing()
    {
        // snippet: operations-wrong-kind
        await UserCache.SetAsync("stats", new { name = "Sarah", rating = 4.5 });
        try
        {
            await UserCache.IncrementFieldAsync("stats", "name");
        }
        catch (CacheTypeException error)
        {
            Logger.LogError("{Problem}", error.Message); // what the field holds, what was asked, what to do
        }
        // end

        Logged.ShouldHaveSingleItem().ShouldContain("nothing changed");
        await Should.ThrowAsync<CacheTypeException>(
            async () => await UserCache.AppendToListAsync("stats", "name", "x"));
        await Should.ThrowAsync<CacheTypeException>(
            async () => await UserCache.IncrementFieldAsync("stats", "rating"));
        (await UserCache.IncrementFieldAsync("stats", "rating", by: 0.5)).ShouldBe(5.0);
        (await UserCache.GetFieldAsync<string>("stats", "name")).ShouldBe("Sarah");
    }
}
