using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Wappa.Benchmarks.Cases;
using Wappa.Caching;

namespace Wappa.Benchmarks.Memory;

/// <summary>Run in a process of its own: fills one store with a million records and prints what each takes, in
/// bytes.</summary>
internal static class MemoryChild
{
    public const string Command = "memory-child";
    public const string KeysAndJson = "keys-and-json";
    public const string Peer = "memory-cache";
    public const string Ours = "state";
    public const string OursWithTtl = "state-ttl";
    public const string Entries = "entries";
    public const string EntriesWithTtl = "entries-ttl";
    public const string TaggedEntries = "entries-tagged";
    private const int Records = 1_000_000;

    public static async Task RunAsync(string what)
    {
        // Once before counting, so that code and static data are not taken for records.
        using (var trial = new Held())
        {
            await FillAsync(what, trial, 1);
        }

        using var held = new Held();
        var before = Managed();
        await FillAsync(what, held, Records);
        var bytes = (Managed() - before) / (double)Records;
        GC.KeepAlive(held);

        // The two arrays that hold keys and texts together are not part of them.
        if (what == KeysAndJson) bytes -= 2 * IntPtr.Size;
        Console.WriteLine(bytes.ToString("F1", CultureInfo.InvariantCulture));
    }

    private static async Task FillAsync(string what, Held held, int records)
    {
        held.Keys = what == KeysAndJson ? new string[records] : [];
        held.Texts = what == KeysAndJson ? new byte[records][] : [];
        for (var user = 0; user < records; user++)
        {
            switch (what)
            {
                case KeysAndJson:
                    held.Keys[user] = Users.Key(user);
                    held.Texts[user] = Json(user);
                    break;
                case Peer:
                    held.Cache.Set(Users.Key(user), Json(user), Users.Ttl);
                    break;
                case Entries or EntriesWithTtl or TaggedEntries:
                    await held.Entries.SetAsync(Users.Key(user), Entry(what, user));
                    break;
                default:
                    TimeSpan? ttl = what == OursWithTtl ? Users.Ttl : null;
                    var state = held.Factory.ForUser(Users.Tenant, Users.Id(user)).State;
                    await state.SetAsync(Users.Handler, Order.Of(user), ttl);
                    break;
            }
        }
    }

    private static CacheEntry Entry(string what, int user) => new(Json(user))
    {
        Ttl = what == Entries ? null : Users.Ttl,
        SlidingTtl = what == TaggedEntries ? Users.Ttl / 2 : null,
        Tags = what == TaggedEntries ? ["tag"] : [],
    };

    private static byte[] Json(int user) =>
        JsonSerializer.SerializeToUtf8Bytes(Order.Of(user), RecordsJson.Default.Order);

    private static long Managed()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private sealed class Held : IDisposable
    {
        private readonly MemoryDocumentStore _documents = new();

        // Full with the last one: the sketch that decides what stays is a part of the price.
        public MemoryCacheStore Entries { get; } = new(new MemoryStoreOptions { MaxEntries = Records, MaxEntryBytes = null });

        public Held() =>
            Factory = CacheFactory.Over(_documents, new CachingOptions { Serializer = Stores.NewSerializer() });

        public string[] Keys { get; set; } = [];

        public byte[][] Texts { get; set; } = [];

        public MemoryCache Cache { get; } = new(new MemoryCacheOptions());

        public ICacheFactory Factory { get; }

        public void Dispose()
        {
            Cache.Dispose();
            Entries.Dispose();
            _documents.Dispose();
        }
    }
}
