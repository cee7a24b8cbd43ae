using System.Globalization;

namespace Wappa.Caching.Redis.Records;

/// <summary>Which key a record has, in which database, and where its name is entered.</summary>
internal sealed class RecordLayout(RecordStoreOptions options, bool isCluster)
{
    private readonly string[] _databaseTexts =
    [
        .. Enum.GetValues<RecordKind>().Select(kind => Database(options, isCluster, kind).ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The database of a kind of records; 0 on a cluster.</summary>
    internal int DatabaseOf(RecordKind kind) => Database(options, isCluster, kind);

    /// <summary>The same as the word SELECT wants.</summary>
    internal string DatabaseTextOf(RecordKind kind) => _databaseTexts[(int)kind];

    internal string KeyOf(in RecordKey key) =>
        Prefixed(isCluster ? options.Keys.ClusterKey(key) : options.Keys.Key(key));

    /// <summary>The index of one owner's records of one kind.</summary>
    internal string NamesOf(RecordKind kind, string tenant, string owner) =>
        Prefixed(isCluster ? options.Keys.ClusterNamesKey(kind, tenant, owner) : options.Keys.NamesKey(kind, tenant, owner));

    /// <summary>Whether the index of such records may live on another node than they do.</summary>
    internal bool HasNamesApart(RecordKind kind) => isCluster && kind == RecordKind.Table;

    private string Prefixed(string key) => options.KeyPrefix.Length == 0 ? key : options.KeyPrefix + key;

    private static int Database(RecordStoreOptions options, bool isCluster, RecordKind kind) => isCluster ? 0 : kind switch
    {
        RecordKind.User => options.UserDatabase,
        RecordKind.State => options.StateDatabase,
        _ => options.TableDatabase,
    };
}
