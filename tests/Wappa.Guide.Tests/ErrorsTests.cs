using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Wappa.Guide.Tests;

public class ErrorsTests
{
    private readonly FailingStore _store = new(new MemoryDocumentStore());

    [Fact]
    public async Task StoreFails_ByDefault_IsReported()
    {
        var stateCache = CacheFactory.Over(_store).ForUser("hotel123", "1234567890").State;
        var advice = "";

        // snippet: errors-store
        try
        {
            await stateCache.SetAsync("conversation", new { step = "greeting" });
        }
        catch (CacheStoreException error) when (error.OutcomeUnknown)
        {
            advice = "read it back before you repeat it: the write may have happened";
        }
        catch (CacheStoreException)
        {
            advice = "nothing changed: repeat it, or tell the user";
        }
        // end

        advice.ShouldBe("nothing changed: repeat it, or tell the user");
    }

    [Fact]
    public async Task StoreFails_ReturnDefault_AnswersAsTheOriginalDid()
    {
        var store = _store;
        ILogger logger = NullLogger.Instance;
        var fallback = false;

        // snippet: errors-return-default
        var options = new CachingOptions { OnFailure = FailureMode.ReturnDefault };
        var caches = CacheFactory.Over(store, options, logger).ForUser("hotel123", "1234567890");

        bool success = await caches.State.SetAsync("conversation", new { step = "greeting" });
        if (!success)
        {
            fallback = true; // logged and counted already; go on without the state, or try again
        }

        var user = await caches.User.GetAsync<Guest>("profile") ?? new Guest(); // null: missing, or not readable now
        // end

        fallback.ShouldBeTrue();
        user.ShouldBe(new Guest());
    }

    public sealed record Guest(string Name = "Guest", string Language = "en");

    [Fact]
    public async Task TryIncrementFieldAsync_StoreFails_SaysSo()
    {
        var userCache = CacheFactory.Over(_store).ForUser("hotel123", "1234567890").User;
        var shown = "";

        // snippet: errors-try
        CacheResult<long> count = await userCache.TryIncrementFieldAsync("stats", "message_count");
        shown = count.TryGet(out var value) ? $"message {value}" : "a message"; // count.Error says why
        // end

        shown.ShouldBe("a message");
        count.Error.ShouldBeOfType<CacheStoreUnavailableException>();
        _store.IsDown = false;
        (await userCache.TryIncrementFieldAsync("stats", "message_count")).Value.ShouldBe(1);
    }

    [Fact]
    public async Task IncrementFieldAsync_ReturnDefault_ThrowsAllTheSame()
    {
        var options = new CachingOptions { OnFailure = FailureMode.ReturnDefault };
        var user = CacheFactory.Over(_store, options).ForUser("hotel123", "1234567890").User;

        await Should.ThrowAsync<CacheStoreUnavailableException>(
            async () => await user.IncrementFieldAsync("stats", "count"));
        await Should.ThrowAsync<CacheStoreUnavailableException>(
            async () => await user.AppendToListAsync("stats", "list", 1));
        await Should.ThrowAsync<CacheStoreUnavailableException>(
            async () => await user.UpdateAsync<Guest>("profile", guest => guest ?? new Guest()));
        (await user.TryAppendToListAsync("stats", "list", 1)).Error.ShouldNotBeNull();
        (await user.DeleteAsync("profile")).ShouldBeFalse();
    }

    [Fact]
    public async Task LargeRecord_IsRefusedNotCut()
    {
        var user = CacheFactory.Over(new MemoryDocumentStore(maxRecordBytes: 1024))
            .ForUser("hotel123", "1234567890").User;
        var refused = (Limit: 0L, Actual: 0L);

        // snippet: errors-limit
        try
        {
            await user.SetAsync("profile", new { notes = new string('x', 2_000) });
        }
        catch (CacheLimitException error)
        {
            refused = (error.Limit, error.Actual); // in bytes of JSON here; nothing was stored, nothing was cut
        }
        // end

        refused.ShouldBe((1024, 2012));
        (await user.ExistsAsync("profile")).ShouldBeFalse();
    }
}
