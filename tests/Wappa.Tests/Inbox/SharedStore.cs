using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Testing;

namespace Wappa.Tests.Inbox;

/// <summary>A store that outlives the apps that use it, as a disk does, and what each app sees of it: until its
/// <see cref="Life"/> ends, when nothing it does reaches the store any more.</summary>
/// <param name="time">What times to live are counted by.</param>
internal sealed class SharedStore(TimeProvider? time = null)
{
    internal MemoryDocumentStore Records { get; } = new(time: time);

    internal ICacheFactory Caches => CacheFactory.Over(Records);

    internal UserCaches User(string id = Payloads.Mira) => Caches.ForUser(Payloads.PhoneNumberId, id);

    internal async Task<int> CountAsync(RecordSet set)
    {
        var count = 0;
        await foreach (var _ in Records.ListAsync(set)) count++;
        return count;
    }

    internal Task<int> BatchesAsync() => CountAsync(Wappa.Inbox.InboxKeys.Batches(0));

    internal async Task<CacheDocument?> MailboxAsync(string user = Payloads.Mira) =>
        (await Records.GetAsync(Wappa.Inbox.InboxKeys.Mailbox(Payloads.PhoneNumberId, user))).Document;

    /// <summary>One process.</summary>
    internal sealed class Life
    {
        private readonly Func<int, bool>? _dies;
        private readonly bool _lateInWrite;
        private int _writes;
        private volatile bool _dead;

        internal Life(SharedStore shared, Func<int, bool>? dies = null, bool lateInWrite = false)
        {
            _dies = dies;
            _lateInWrite = lateInWrite;
            Store = new(shared.Records) { Before = BeforeAsync, After = AfterAsync };
        }

        internal InterceptedDocumentStore Store { get; }

        /// <summary>How many writes there were.</summary>
        internal int Writes => Volatile.Read(ref _writes);

        internal bool IsDead => _dead;

        internal void Kill() => _dead = true;

        internal void Use(WappaBuilder builder)
        {
            builder.UseStores("shared", _ => Store, _ => throw new NotSupportedException());
            builder.Services.Configure<WappaOptions>(options => options.Inbox.IsDurable = true);
        }

        private ValueTask BeforeAsync(StoreCall call)
        {
            if (!_dead && call.IsWrite && !_lateInWrite) Die();
            if (_dead) throw Gone();
            return ValueTask.CompletedTask;
        }

        private ValueTask AfterAsync(StoreCall call)
        {
            if (!_dead && call.IsWrite && _lateInWrite) Die();
            if (_dead) throw Gone();
            return ValueTask.CompletedTask;
        }

        private void Die()
        {
            if (_dies?.Invoke(Interlocked.Increment(ref _writes)) == true) _dead = true;
        }

        private static CacheStoreUnavailableException Gone() => new("The process is dead.", outcomeUnknown: true);
    }
}
