using System.Text.Json;
using Wappa.Caching;

namespace Wappa.Webhooks;

/// <summary>
/// Who the person behind a phone number and a business-scoped user id is to the caches. The first item that names an id
/// decides, for all processes that share the store and for good: by its number if it has one, else by that id. So nobody is two
/// users, however their messages race each other and whichever of them hide the number.
/// </summary>
/// <remarks>
/// The decision is the record <c>wappa.alias</c> of the id, made by <see cref="RecordChange.CreateIfAbsent"/>; memory holds copies.
/// The usual item - both ids, as decided - needs no look at the store, whatever the copy's age; others trust a copy for
/// <see cref="Fresh"/>, because a number may have changed elsewhere. Two generations bound the copies: what is used moves to the
/// young one, and when that is full the old one is forgotten.
/// </remarks>
internal sealed class UserAliases(IDocumentStore store, TimeProvider time, int generationSize = UserAliases.GenerationSize)
{
    internal const int GenerationSize = 50_000;

    internal static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    // Renewed when half of it is over: who writes once in half a year stays who they are.
    internal static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private const string Name = CacheName.ReservedPrefix + "alias";

    private readonly Lock _gate = new();
    private Dictionary<Key, Copy> _young = [];
    private Dictionary<Key, Copy> _old = [];

    internal static RecordKey KeyOf(string tenant, string id) => RecordKey.User(tenant, id, Name);

    /// <summary>Who an item is about, as far as memory can tell.</summary>
    /// <returns>False: the store has to be asked, see <see cref="DecideAsync"/>.</returns>
    internal bool TryFind(in Identity who, out string? user)
    {
        user = who.Bsuid ?? who.WaId;
        if (user is null) return true;
        lock (_gate)
        {
            if (Find(new(who.Tenant, user)) is not { } copy) return false;
            user = copy.User;
            if (who is { Bsuid: not null, WaId: not null } && user == who.WaId) return true;
            if (time.GetElapsedTime(copy.ReadAt) >= Fresh) return false;
            return who.WaId is null || who.Bsuid is null || user == who.Bsuid;
        }
    }

    /// <summary>Who an item is about; decides it if nobody has.</summary>
    /// <exception cref="CacheStoreException">The store failed; ask again.</exception>
    internal async ValueTask<string> DecideAsync(Identity who)
    {
        if (who.Bsuid is not { } bsuid)
        {
            var known = await ReadAsync(who.Tenant, who.WaId!).ConfigureAwait(false) ?? who.WaId!;
            Keep(who.Tenant, who.WaId!, known);
            return known;
        }

        var user = await ReadAsync(who.Tenant, bsuid).ConfigureAwait(false)
            ?? await CreateAsync(who.Tenant, bsuid, who.WaId ?? bsuid).ConfigureAwait(false);
        if (who.WaId is { } number && user != number)
        {
            // A user known by the id stays that, and items that name the number alone have to find them. Another number under
            // the same id: people are where they were seen last.
            if (user == bsuid) await WriteAsync(who.Tenant, number, bsuid).ConfigureAwait(false);
            else await WriteAsync(who.Tenant, bsuid, user = number).ConfigureAwait(false);
        }

        Keep(who.Tenant, bsuid, user);
        return user;
    }

    /// <summary>Learns what a user changed to. A new number is a new user, whom the new id belongs to from now on; a new id of a
    /// known number belongs to that number. The old id stays with the old number: only messages of that time carry it.</summary>
    /// <exception cref="CacheStoreException">The store failed; tell it again.</exception>
    internal async ValueTask ChangeAsync(IdentityChange change)
    {
        var number = change.NewWaId ?? change.Before.WaId;
        if (number is null && change.Before.Bsuid is not null)
        {
            number = await ReadAsync(change.Before.Tenant, change.Before.Bsuid).ConfigureAwait(false);
            if (number == change.Before.Bsuid) return; // whoever the new id says: messages can only be sent to that one
        }

        if (number is null || (change.NewBsuid ?? change.Before.Bsuid) is not { } bsuid) return;
        await WriteAsync(change.Before.Tenant, bsuid, number).ConfigureAwait(false);
        await store.ApplyAsync(KeyOf(change.Before.Tenant, number), new RecordChange.Delete()).ConfigureAwait(false);
        Keep(change.Before.Tenant, number, number);
    }

    /// <summary>Forgets what a user is known by, here and in the store. O(users known): an erasure is rare.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="userId">The user.</param>
    /// <param name="others">Ids that the user was known by before.</param>
    internal async ValueTask ForgetAsync(string tenant, string userId, IReadOnlyList<string> others)
    {
        foreach (var id in Of(tenant, userId).Concat(others).Append(userId))
            await store.ApplyAsync(KeyOf(tenant, id), new RecordChange.Delete()).ConfigureAwait(false);
        Forget(tenant, userId);
    }

    /// <summary>Forgets the copies of what a user is known by.</summary>
    internal void Forget(string tenant, string userId)
    {
        lock (_gate)
        {
            foreach (var id in Of(tenant, userId).Append(userId))
            {
                _young.Remove(new(tenant, id));
                _old.Remove(new(tenant, id));
            }
        }
    }

    /// <summary>The other ids a user is known by, as far as memory can tell.</summary>
    internal List<string> Of(string tenant, string userId)
    {
        lock (_gate)
        {
            return [.. _young.Concat(_old).Where(pair => pair.Value.User == userId && pair.Key.Tenant == tenant && pair.Key.Id != userId)
                .Select(static pair => pair.Key.Id).Distinct()];
        }
    }

    private async ValueTask<string?> ReadAsync(string tenant, string id)
    {
        DocumentRecord record;
        try
        {
            record = await store.GetAsync(KeyOf(tenant, id)).ConfigureAwait(false);
        }
        catch (CacheStoreCorruptException)
        {
            await store.ApplyAsync(KeyOf(tenant, id), new RecordChange.Delete()).ConfigureAwait(false);
            return null; // decided anew: an item that can never be accepted helps nobody
        }

        if (UserOf(record) is not { } user) return null;
        if (record.Ttl is { Remaining: { } left } && left < Lifetime / 2)
            await store.ApplyAsync(KeyOf(tenant, id), new RecordChange.Expire(Lifetime)).ConfigureAwait(false);
        return user;
    }

    private async ValueTask<string> CreateAsync(string tenant, string id, string user)
    {
        var change = new RecordChange.CreateIfAbsent(DocumentOf(user), Lifetime);
        var result = await store.ApplyAsync(KeyOf(tenant, id), change).ConfigureAwait(false);
        if (result.Applied) return user;
        if (UserOf(result.Record) is { } first) return first;
        await WriteAsync(tenant, id, user).ConfigureAwait(false);
        return user;
    }

    private async ValueTask WriteAsync(string tenant, string id, string user)
    {
        await store.ApplyAsync(KeyOf(tenant, id), new RecordChange.Set(DocumentOf(user), Lifetime)).ConfigureAwait(false);
        Keep(tenant, id, user);
    }

    private static CacheDocument DocumentOf(string user) =>
        CacheDocument.Empty.SetField("user", JsonSerializer.SerializeToUtf8Bytes(user, AliasJson.Default.String));

    private static string? UserOf(in DocumentRecord record)
    {
        if (!record.IsHit || !record.Document.TryGetField("user", out var json)) return null;
        var reader = new Utf8JsonReader(json);
        return reader.Read() && reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } user &&
            CacheName.IsValid(user) ? user : null;
    }

    private Copy? Find(Key key)
    {
        if (_young.TryGetValue(key, out var copy)) return copy;
        if (!_old.TryGetValue(key, out copy)) return null;
        Keep(key, copy);
        return copy;
    }

    private void Keep(string tenant, string id, string user)
    {
        lock (_gate) Keep(new(tenant, id), new(user, time.GetTimestamp()));
    }

    private void Keep(Key key, in Copy copy)
    {
        if (_young.Count >= generationSize && !_young.ContainsKey(key))
        {
            _old = _young;
            _young = [];
        }

        _young[key] = copy;
    }

    private readonly record struct Key(string Tenant, string Id);

    private readonly record struct Copy(string User, long ReadAt);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class AliasJson : System.Text.Json.Serialization.JsonSerializerContext;
