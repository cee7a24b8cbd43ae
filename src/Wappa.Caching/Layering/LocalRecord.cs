using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Layering;

/// <summary>A record that is kept in memory. Never changed: a newer version is a new one, so that a reader cannot see one version's
/// document and another's end.</summary>
internal sealed class LocalRecord : Record, IExpiring
{
    /// <summary>What is kept of a record that is not there.</summary>
    internal static readonly StoredDocument Missing = new(CacheDocument.Empty, 0, StoredDocument.Gone);

    // This object, its version, its strings' headers and its share of the table and the wheel.
    private const int Overhead = 280;

    /// <param name="key">Its key.</param>
    /// <param name="version">What L2 said, its expiry as an instant of this node's clock.</param>
    /// <param name="until">The instant from which L2 is asked again.</param>
    internal LocalRecord(in RecordKey key, StoredDocument version, long until)
        : base(key)
    {
        Current = version;
        Until = until;
        Cost = CostOf(key, version);
    }

    internal long Until { get; }

    // Its version may live longer.
    long IExpiring.ExpiresAt => Until;

    internal long Cost { get; }

    internal static long CostOf(in RecordKey key, StoredDocument version) =>
        Overhead + (sizeof(char) * (long)(key.Tenant.Length + key.Owner.Length + key.Name.Length)) + version.ByteCount;
}
