using Wappa.Caching.Keys;

namespace Wappa.Caching;

/// <summary>
/// The one place where keys become text. Components are escaped reversibly (<c>%</c> as <c>%25</c>, <c>:</c> as
/// <c>%3A</c>), so two different records never share a key and no key can leave its tenant.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>state</term><description><c>hotel123:state:pizza_order:1234567890</c></description></item>
/// <item><term>user</term><description><c>hotel123:user:1234567890</c>, other records <c>…:stats</c></description></item>
/// <item><term>table</term><description><c>hotel123:df:products:pkid:pizza_large</c></description></item>
/// </list>
/// </remarks>
public sealed class KeyFactory
{
    private const string Names = "%names";

    private readonly string _userPrefix;
    private readonly string _handlerPrefix;
    private readonly string _tablePrefix;
    private readonly string _pkMarker;

    /// <summary>A factory with its own prefixes.</summary>
    /// <param name="userPrefix">Second part of user keys. Default <c>user</c>.</param>
    /// <param name="handlerPrefix">Second part of state keys. Default <c>state</c>.</param>
    /// <param name="tablePrefix">Second part of table keys. Default <c>df</c>.</param>
    /// <param name="pkMarker">Stands before the record id in table keys. Default <c>pkid</c>.</param>
    /// <exception cref="ArgumentException">A prefix is not a valid name, or two of the first three are equal: state and
    /// user keys of four parts could no longer be told apart.</exception>
    public KeyFactory(
        string userPrefix = "user", string handlerPrefix = "state", string tablePrefix = "df", string pkMarker = "pkid")
    {
        CacheName.ThrowIfInvalid(userPrefix, nameof(userPrefix));
        CacheName.ThrowIfInvalid(handlerPrefix, nameof(handlerPrefix));
        CacheName.ThrowIfInvalid(tablePrefix, nameof(tablePrefix));
        CacheName.ThrowIfInvalid(pkMarker, nameof(pkMarker));
        if (userPrefix == handlerPrefix || userPrefix == tablePrefix || handlerPrefix == tablePrefix)
        {
            throw new ArgumentException(
                $"The prefixes must differ, or their keys could not be told apart; got '{userPrefix}', " +
                $"'{handlerPrefix}' and '{tablePrefix}'.");
        }

        _userPrefix = KeyEscape.Escape(userPrefix);
        _handlerPrefix = KeyEscape.Escape(handlerPrefix);
        _tablePrefix = KeyEscape.Escape(tablePrefix);
        _pkMarker = KeyEscape.Escape(pkMarker);
    }

    /// <summary>The prefixes <c>user</c>, <c>state</c>, <c>df</c> and <c>pkid</c>.</summary>
    public static KeyFactory Default { get; } = new();

    /// <summary><c>hotel123:user:1234567890</c>, or <c>hotel123:user:1234567890:stats</c> for a record other than
    /// <c>profile</c>.</summary>
    /// <exception cref="ArgumentException">A part is not a valid name.</exception>
    public string User(string tenant, string userId, string name = RecordKey.ProfileName) =>
        Key(RecordKey.User(tenant, userId, name));

    /// <summary><c>hotel123:state:pizza_order:1234567890</c>.</summary>
    /// <exception cref="ArgumentException">A part is not a valid name.</exception>
    public string Handler(string tenant, string handler, string userId) => Key(RecordKey.State(tenant, userId, handler));

    /// <summary><c>hotel123:df:products:pkid:pizza_large</c>.</summary>
    /// <exception cref="ArgumentException">A part is not a valid name.</exception>
    public string Table(string tenant, string table, string id) => Key(RecordKey.Table(tenant, TableKey.Row(table, id)));

    /// <summary>The key of any record.</summary>
    public string Key(in RecordKey key)
    {
        var tenant = KeyEscape.Escape(key.Tenant);
        var owner = KeyEscape.Escape(key.Owner);
        var name = KeyEscape.Escape(key.Name);
        return key.Kind switch
        {
            RecordKind.State => $"{tenant}:{_handlerPrefix}:{name}:{owner}",
            RecordKind.User when key.Name == RecordKey.ProfileName => $"{tenant}:{_userPrefix}:{owner}",
            RecordKind.User => $"{tenant}:{_userPrefix}:{owner}:{name}",
            _ => $"{tenant}:{_tablePrefix}:{owner}:{_pkMarker}:{name}",
        };
    }

    /// <summary>
    /// The key of any record in a Redis cluster: what stands in braces decides the node, so the states and user records of
    /// one person share one, and the rows of a table are spread.
    /// </summary>
    /// <remarks><c>{hotel123:1234567890}:user</c>, <c>{hotel123:1234567890}:user:stats</c>,
    /// <c>{hotel123:1234567890}:state:pizza_order</c>, <c>{hotel123:products:pizza_large}:df</c>. In components <c>{</c> and
    /// <c>}</c> are escaped too, as <c>%7B</c> and <c>%7D</c>.</remarks>
    public string ClusterKey(in RecordKey key)
    {
        var tenant = KeyEscape.EscapeForCluster(key.Tenant);
        var owner = KeyEscape.EscapeForCluster(key.Owner);
        var name = KeyEscape.EscapeForCluster(key.Name);
        return key.Kind switch
        {
            RecordKind.State => $"{{{tenant}:{owner}}}:{_handlerPrefix}:{name}",
            RecordKind.User when key.Name == RecordKey.ProfileName => $"{{{tenant}:{owner}}}:{_userPrefix}",
            RecordKind.User => $"{{{tenant}:{owner}}}:{_userPrefix}:{name}",
            _ => $"{{{tenant}:{owner}:{name}}}:{_tablePrefix}",
        };
    }

    /// <summary>The key of the index that tells which records of one kind an owner has. No record has it: in a component a
    /// <c>%</c> begins an escape.</summary>
    internal string NamesKey(RecordKind kind, string tenant, string owner)
    {
        tenant = KeyEscape.Escape(tenant);
        owner = KeyEscape.Escape(owner);
        return kind switch
        {
            RecordKind.State => $"{tenant}:{_handlerPrefix}:{Names}:{owner}",
            RecordKind.User => $"{tenant}:{_userPrefix}:{owner}:{Names}",
            _ => $"{tenant}:{_tablePrefix}:{owner}:{_pkMarker}:{Names}",
        };
    }

    /// <summary>The same in a Redis cluster: a person's beside the person's records, a table's by itself.</summary>
    internal string ClusterNamesKey(RecordKind kind, string tenant, string owner)
    {
        tenant = KeyEscape.EscapeForCluster(tenant);
        owner = KeyEscape.EscapeForCluster(owner);
        return kind switch
        {
            RecordKind.State => $"{{{tenant}:{owner}}}:{_handlerPrefix}:{Names}",
            RecordKind.User => $"{{{tenant}:{owner}}}:{_userPrefix}:{Names}",
            _ => $"{{{tenant}:{owner}}}:{_tablePrefix}:{Names}",
        };
    }

    /// <summary>Reads a key back: the inverse of <see cref="Key"/>.</summary>
    /// <returns>False for a text this factory would not have written.</returns>
    public bool TryParse(string text, out RecordKey key)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = default;
        var parts = text.Split(':');
        var plain = new string[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!KeyEscape.TryUnescape(parts[i], out plain[i])) return false;
        }

        try
        {
            RecordKey? read = parts.Length switch
            {
                3 when parts[1] == _userPrefix => RecordKey.User(plain[0], plain[2]),
                4 when parts[1] == _userPrefix => RecordKey.User(plain[0], plain[2], plain[3]),
                4 when parts[1] == _handlerPrefix => RecordKey.State(plain[0], plain[3], plain[2]),
                5 when parts[1] == _tablePrefix && parts[3] == _pkMarker => RecordKey.Table(
                    plain[0], plain[4].Length == 0 ? TableKey.Table(plain[2]) : TableKey.Row(plain[2], plain[4])),
                _ => null,
            };
            if (read is not { } found || Key(found) != text) return false;
            key = found;
            return true;
        }
        catch (ArgumentException)
        {
            return false; // a part is no valid name, so the key is not one of ours
        }
    }
}
