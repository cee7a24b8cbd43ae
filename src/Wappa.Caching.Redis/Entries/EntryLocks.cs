using System.Globalization;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>Locks that all processes see: one load of a key in the whole cluster, and the like.</summary>
/// <remarks>A lock saves work, it does not make anything true: its holder may be paused beyond its lease, and a failover may forget it.
/// What must hold all the same compares <see cref="EntryLock.Number"/>, or for entries the fence of the load.</remarks>
/// <param name="client">How the server is reached.</param>
/// <param name="options">Where locks stand: beside the entries.</param>
/// <param name="time">For renewals and waits.</param>
internal sealed class EntryLocks(IRedisClient client, EntryStoreOptions options, TimeProvider time)
{
    private static readonly RedisScript Lock = new(ProgramRunner.Source("entry-lock"));
    private static readonly RedisScript Unlock = new(ProgramRunner.Source("entry-unlock"));
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private readonly EntryServer _server = new(client, options);
    private readonly OperationIds _owners = new();

    internal TimeProvider Time => time;

    /// <summary>Takes a lock unless somebody holds it.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="lease">After this it is free again if its holder does not renew it, as a process that has died does not. At least
    /// 100 ms, at most a day.</param>
    /// <param name="cancellationToken">Stops the wait for the answer; what was taken is free again after the lease.</param>
    /// <returns>The lock, which renews itself until it is disposed of; null: somebody holds it.</returns>
    /// <exception cref="CacheStoreException">Nobody knows: Redis did not answer.</exception>
    internal async ValueTask<EntryLock?> TryTakeAsync(string name, TimeSpan lease, CancellationToken cancellationToken = default) =>
        (await AskAsync(name, lease, cancellationToken).ConfigureAwait(false)).Taken;

    /// <summary>Takes a lock, and waits while somebody holds it.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="lease">As of <see cref="TryTakeAsync"/>.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Null: it was still held when patience ended.</returns>
    internal async ValueTask<EntryLock?> TakeAsync(
        string name, TimeSpan lease, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        var began = time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            var (taken, heldFor) = await AskAsync(name, lease, cancellationToken).ConfigureAwait(false);
            if (taken is not null) return taken;
            var left = patience - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) return null;

            // Up to half less at random, so that those who wait do not come all at once; never beyond what the lease has left.
            var wait = new[] { pause * (0.5 + (Random.Shared.NextDouble() / 2)), heldFor, left }.Min();
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            if (pause < LongestPause) pause *= 2;
        }
    }

    /// <summary>Asks for another lease.</summary>
    /// <returns>False: it is the owner's no longer.</returns>
    internal ValueTask<bool> RenewAsync(string key, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        SendAsync(Words(Unlock, [key], owner, Milliseconds(lease)), lease, cancellationToken);

    /// <summary>Lets go of it, if it is still the owner's. Tries no longer than the lease lasts.</summary>
    internal async ValueTask ReleaseAsync(string key, string owner, TimeSpan lease) =>
        await SendAsync(Words(Unlock, [key], owner, ""), lease, CancellationToken.None).ConfigureAwait(false);

    private async ValueTask<(EntryLock? Taken, TimeSpan HeldFor)> AskAsync(string name, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(lease, TimeSpan.FromMilliseconds(100));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lease, TimeSpan.FromDays(1));
        var layout = await _server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var (key, number) = layout.LockOf(name);
        var owner = _owners.Next();
        var began = time.GetTimestamp();
        var reply = await _server.SendAsync(
            Words(Lock, [key, number], owner, Milliseconds(lease)), Replies.Integer, Call(layout), cancellationToken).ConfigureAwait(false);
        return reply > 0
            ? (new EntryLock(this, key, owner, reply, lease, began), TimeSpan.Zero)
            : (null, TimeSpan.FromMilliseconds(-reply));
    }

    private async ValueTask<bool> SendAsync(ScriptCall<ScriptWords> script, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var layout = await _server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var call = Call(layout) with { Timeout = timeout };
        return await _server.SendAsync(script, Replies.Integer, call, cancellationToken).ConfigureAwait(false) == 1;
    }

    private static ScriptCall<ScriptWords> Words(RedisScript script, string[] keys, params string[] words) => new(script, new(keys, words));

    private static string Milliseconds(TimeSpan span) => EntryFormat.Milliseconds(span).ToString(CultureInfo.InvariantCulture);

    private static CallOptions Call(EntryLayout layout) => new() { Database = layout.Database, Idempotent = true };
}
