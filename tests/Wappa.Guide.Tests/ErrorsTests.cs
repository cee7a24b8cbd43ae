using Microsoft.Extensions.Logging;
using Wappa.Testing;

namespace Wappa.Guide.Tests;

public class ErrorsTests : HandlerView
{
    private readonly InterceptedDocumentStore _store = new(new MemoryDocumentStore())
    {
        Before = _ => throw new CacheStoreUnavailableException("The store cannot be reached. Nothing changed."),
    };

    [Fact]
    public async Task StoreFails_ByDefault_IsReported()
    {
        var state = CacheFactory.Over(_store).ForUser("hotel123", "1234567890").State;
        var webhook = Incoming;

        // snippet: errors-store
        try
        {
            await state.SetAsync("conversation", new { step = "greeting" });
        }
        catch (CacheStoreException error) when (error.OutcomeUnknown)
        {
            // The write may have happened: read it back before repeating what must not happen twice.
            Logger.LogWarning(error, "The state may not have been saved.");
        }
        catch (CacheStoreException error)
        {
            // Nothing changed.
            Logger.LogError(error, "The state was not saved.");
            await Messenger.SendTextAsync("Service temporarily unavailable", webhook.User.UserId);
        }
        // end

        Logged.ShouldBe(["The state was not saved."]);
        Sent.ShouldBe(["Service temporarily unavailable"]);
    }

    [Fact]
    public async Task StoreFails_ReturnDefault_AnswersAsIfThereWereNothing()
    {
        var (store, logger) = (_store, Logger);

        // snippet: errors-return-default
        var options = new CachingOptions { OnFailure = FailureMode.ReturnDefault };
        var caches = CacheFactory.Over(store, options, logger).ForUser("hotel123", "1234567890");

        bool success = await caches.State.SetAsync("conversation", new { step = "greeting" });
        if (!success)
        {
            // Logged and counted already: go on without the state, or try again.
        }

        var user = await caches.User.GetAsync<Guest>("profile") ?? new Guest(); // null: missing, or not readable now
        // end

        success.ShouldBeFalse();
        Logged.Count.ShouldBe(2);
        user.ShouldBe(new Guest());
    }

    public sealed record Guest(string Name = "Guest", string Language = "en");

    [Fact]
    public async Task TryIncrementFieldAsync_StoreFails_SaysSo()
    {
        var userCache = CacheFactory.Over(_store).ForUser("hotel123", "1234567890").User;

        // snippet: errors-try
        CacheResult<long> count = await userCache.TryIncrementFieldAsync("stats", "message_count");
        var shown = count.TryGet(out var value) ? $"message {value}" : "a message"; // count.Error says why
        // end

        shown.ShouldBe("a message");
        count.Error.ShouldBeOfType<CacheStoreUnavailableException>();
        _store.Before = _ => ValueTask.CompletedTask;
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
        // snippet: errors-limit
        try
        {
            await user.SetAsync("profile", new { notes = new string('x', 2_000) });
        }
        catch (CacheLimitException error)
        {
            // In bytes of JSON here. Nothing was stored, nothing was cut.
            Logger.LogError("{Actual} bytes are more than {Limit}.", error.Actual, error.Limit);
        }
        // end

        Logged.ShouldBe(["2012 bytes are more than 1024."]);
        (await user.ExistsAsync("profile")).ShouldBeFalse();
    }
}
