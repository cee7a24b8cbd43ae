using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Wappa.Testing;

namespace Wappa.Guide.Tests;

public class SafeAnswersTests
{
    // snippet: errors-handler
    public sealed record User(string Name = "Guest", string Language = "en");

    public sealed class SafeHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            try
            {
                await StateCache.SetAsync("conversation", new { step = "greeting" }, ttl: TimeSpan.FromMinutes(30), ct);

                // Missing is not an error: the first message of a user finds no profile and makes one.
                var created = await UserCache.CreateIfAbsentAsync("profile", new User(), cancellationToken: ct);
                await Messenger.SendTextAsync($"Hello {created.Value!.Name}!", webhook.User.UserId, ct);
            }
            catch (CacheStoreException error)
            {
                // The store failed in the middle of the turn. The user hears about it; the log names no user.
                Logger.LogError(error, "The cache failed.");
                await Messenger.SendTextAsync("Service temporarily unavailable", webhook.User.UserId, ct);
            }
        }
    }
    // end

    [Fact]
    public async Task SafeHandler_StoreDownAndUpAgain_AnswersEitherWay()
    {
        var reads = 0; // the first two are the pipeline's own: who the user is, and what was handled before
        var store = new InterceptedDocumentStore(new MemoryDocumentStore())
        {
            Before = call => call.Operation == "Get" && ++reads == 3
                ? throw new CacheStoreUnavailableException("The store cannot be reached. Nothing changed.")
                : ValueTask.CompletedTask,
        };
        await using var conversation = await Conversation.StartAsync<SafeHandler>(
            bot => bot.Services.RemoveAll<IDocumentStore>().AddSingleton<IDocumentStore>(store));

        (await conversation.SayAsync("hi")).ShouldBe(["Service temporarily unavailable"]);
        store.Before = _ => ValueTask.CompletedTask;
        (await conversation.SayAsync("hi")).ShouldBe(["Hello Guest!"]);
        (await conversation.Caches.User.GetAsync<User>("profile")).ShouldBe(new User());
    }
}
