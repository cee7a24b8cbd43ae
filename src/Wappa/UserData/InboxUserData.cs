using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Turns;
using Wappa.Webhooks;

namespace Wappa.UserData;

/// <summary>What an app sees of its users' data.</summary>
internal sealed class InboxUserData(WebhookInbox inbox, PipelineServices services, UserAliases aliases) : IUserData
{
    // How often the store is asked whether another process has carried out an erasure.
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(200);

    public async ValueTask ExportAsync(string tenant, string userId, Stream output, CancellationToken cancellationToken = default)
    {
        var user = Checked(tenant, userId);
        ArgumentNullException.ThrowIfNull(output);
        var export = new UserExport(services, inbox.DeadLetters, user, output);
        await using (export.ConfigureAwait(false))
            await export.WriteAsync(aliases.Of(tenant, userId), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask EraseAsync(string tenant, string userId, CancellationToken cancellationToken = default)
    {
        var user = Checked(tenant, userId);
        if (TurnRunner.Current is { } turn && turn.Tenant == tenant && turn.UserId == userId)
        {
            throw new InvalidOperationException(
                "A turn cannot wait for the erasure of its own user, which waits for the turn. Use " +
                $"{nameof(RequestErasureAsync)}: the erasure comes after the turn.");
        }

        var item = await AcceptAsync(user, cancellationToken).ConfigureAwait(false);
        await WaitAsync(item, cancellationToken).ConfigureAwait(false);
        aliases.Forget(tenant, userId); // what came before may have taught it anew
    }

    public async ValueTask RequestErasureAsync(string tenant, string userId, CancellationToken cancellationToken = default) =>
        await AcceptAsync(Checked(tenant, userId), cancellationToken).ConfigureAwait(false);

    private static LaneKey Checked(string tenant, string userId)
    {
        CacheName.ThrowIfInvalid(tenant, nameof(tenant));
        CacheName.ThrowIfInvalid(userId, "user id");
        if (!CacheName.IsReserved(tenant) && !CacheName.IsReserved(userId)) return new(tenant, userId);
        throw new ArgumentException(
            $"Names that begin with '{CacheName.ReservedPrefix}' are kept for Wappa's own records; no user is called so.");
    }

    private async ValueTask<EraseItem> AcceptAsync(LaneKey user, CancellationToken cancellationToken)
    {
        var item = new EraseItem { Tenant = user.Tenant, User = user.User };
        var batch = default(WebhookBatch);
        batch.Add(item);
        if (!await inbox.AcceptAsync(batch, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException(
                "Nothing was erased: the inbox is starting, shutting down or full. Ask again in a moment.");
        }

        aliases.Forget(user.Tenant, user.User);
        return item;
    }

    // Whoever runs the user's items carries it out; then the batch with the wish is gone, which names the user itself.
    private async ValueTask WaitAsync(EraseItem item, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isDone = item.Done.IsCompleted;
            var batch = await FindAsync(item, cancellationToken).ConfigureAwait(false);
            if (isDone && batch is { } own)
                await services.Store.ApplyAsync(own, new RecordChange.Delete(), CancellationToken.None).ConfigureAwait(false);
            if (isDone || (batch is null && inbox.Batches is not null)) return;
            await Task.WhenAny(item.Done, Task.Delay(AskInterval, services.Time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask<RecordKey?> FindAsync(EraseItem item, CancellationToken cancellationToken)
    {
        if (inbox.Batches is null) return null;
        var id = item.Fingerprint.ToString();
        var batches = services.BatchesOf(new(item.Tenant, item.User));
        await foreach (var (key, record) in services.Store.ListAsync(batches, cancellationToken).ConfigureAwait(false))
        {
            if (record.IsHit && BatchLog.ItemsOf(record.Document).Any(stored => stored.Id == id)) return key;
        }

        return null;
    }
}
