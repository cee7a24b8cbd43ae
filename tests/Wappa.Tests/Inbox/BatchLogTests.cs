using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Testing;

namespace Wappa.Tests.Inbox;

public class BatchLogTests
{
    [Theory]
    [InlineData(true, 1)] // its owner may run it already, and answer a second delivery without storing it
    [InlineData(false, 0)] // nobody else would ever look at it
    public async Task Store_WithALostReply_LeavesTheBatchOnlyWhereOthersRunIt(bool isShared, int left)
    {
        var memory = new MemoryDocumentStore();
        var store = new InterceptedDocumentStore(memory)
        {
            After = call => call.Operation == "Apply" ? throw new CacheStoreTimeoutException("The reply is lost.") : ValueTask.CompletedTask,
        };
        var log = new BatchLog(store, 1, 1 << 20, TimeProvider.System, NullLogger.Instance, default, default);
        var batch = default(WebhookBatch);
        batch.Add(new StatusWebhook
        {
            Tenant = "t",
            Draft = default,
            Status = new MessageStatus { MessageId = "wamid.1", State = "sent" },
        });

        var tenure = isShared ? null : new Tenure(0, TimeProvider.System, default);
        await Should.ThrowAsync<CacheStoreTimeoutException>(async () => await log.StoreAsync(batch, tenure, default));
        await log.FlushAsync(TimeSpan.FromSeconds(30));

        var count = 0;
        await foreach (var _ in memory.ListAsync(InboxKeys.Batches(0))) count++;
        count.ShouldBe(left);
    }
}
