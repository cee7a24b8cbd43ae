using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>What the conformance suites of records have in common: one store, the caches of one user over it, and the
/// means to let time pass. Derive from the suites, not from this class.</summary>
/// <remarks>Documents are compared field by field, each field's JSON to the letter: the order of a record's fields is a
/// backend's own.</remarks>
public abstract class RecordConformance : IAsyncLifetime
{
    private protected const string Tenant = "hotel123";
    private protected const string UserId = "1234567890";
    private protected const string TableName = "products";

    private IDocumentStore? _store;
    private UserCaches? _me;

    private protected RecordConformance(DocumentStoreHarness harness) => Harness = harness;

    /// <summary>The three kinds of records, for tests that hold for each.</summary>
    public static TheoryData<RecordKind> Kinds => [RecordKind.State, RecordKind.User, RecordKind.Table];

    private protected DocumentStoreHarness Harness { get; }

    private protected virtual CachingOptions Options { get; } = new();

    private protected IDocumentStore Store => _store ?? throw new InvalidOperationException("The test has not begun.");

    private protected ICacheFactory Caches => CacheFactory.Over(Store, Options);

    private protected UserCaches Me => _me ??= Caches.ForUser(Tenant, UserId);

    private protected ITableCache Table => Me.Table;

    /// <summary>Makes the store.</summary>
    public virtual async ValueTask InitializeAsync() => _store = await Harness.CreateAsync(Options);

    /// <summary>Gives the store back.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        if (_store is IAsyncDisposable store) await store.DisposeAsync();
        else (_store as IDisposable)?.Dispose();
        await Harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected IRecordCache<string> Records(RecordKind kind) => Records(Me, kind);

    private protected static IRecordCache<string> Records(UserCaches caches, RecordKind kind) => kind switch
    {
        RecordKind.State => caches.State,
        RecordKind.User => caches.User,
        _ => new RowsByName(caches.Table, TableName),
    };

    private protected static RecordKey KeyOf(RecordKind kind, string name) => kind switch
    {
        RecordKind.State => RecordKey.State(Tenant, UserId, name),
        RecordKind.User => RecordKey.User(Tenant, UserId, name),
        _ => RecordKey.Table(Tenant, TableKey.Row(TableName, name)),
    };

    private protected static CacheDocument Json(string json) => CacheDocument.Parse(json);

    private protected ValueTask AdvanceAsync(TimeSpan by) => Harness.AdvanceAsync(by);

    private protected void ShouldLive(CacheTtl ttl, TimeSpan? expected)
    {
        ttl.Exists.ShouldBeTrue();
        if (expected is not { } remaining) ttl.ShouldBe(CacheTtl.NoExpiry);
        else ttl.Remaining.ShouldNotBeNull()
            .ShouldBeInRange(remaining - Harness.TtlTolerance, remaining + Harness.TtlTolerance);
    }
}
