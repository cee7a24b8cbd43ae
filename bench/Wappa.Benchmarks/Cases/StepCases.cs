using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Wappa.Benchmarks.Harness;
using Wappa.Caching;

namespace Wappa.Benchmarks.Cases;

/// <summary>What an operation is made of, step by step: where the time goes. No targets; run on request.</summary>
internal static class StepCases
{
    private static readonly CacheSerializer Serializer = Stores.NewSerializer();
    private static readonly JsonTypeInfo<Order> CacheOrder = Info<Order>();
    private static readonly JsonTypeInfo<Draft> CacheDraft = Info<Draft>();

    public static IEnumerable<Comparison> Of(Stores stores, bool hot)
    {
        var visits = Users.Visits(hot);
        var scopes = stores.Scopes(visits);
        yield return Reads(visits, scopes) with { Keys = Users.Describe(hot) };
        yield return Writes(visits, scopes) with { Keys = Users.Describe(hot) };
    }

    private static Comparison Reads(int[] visits, IStateCache[] scopes)
    {
        var texts = Pick(visits, user => Serialize(Order.Of(user)));
        var documents = Pick(visits, user => Serializer.ToDocument(Order.Of(user)));
        return new(
            "steps of a read", "", Step("Deserialize, context's own metadata", texts, Deserialize),
            [
                Step("Deserialize, the cache's metadata", texts, text => JsonSerializer.Deserialize(text, CacheDraft)),
                Step("CacheDocument.As, mutable", documents, document => document.As<Draft>(Serializer)),
                Step("State.GetAsync, document", scopes, scope => scope.GetAsync(Users.Handler).AtOnce()),
                Step("State.GetAsync, mutable", scopes, scope => scope.GetAsync<Draft>(Users.Handler).AtOnce()),
            ]);
    }

    private static Comparison Writes(int[] visits, IStateCache[] scopes)
    {
        var orders = Pick(visits, Order.Of);
        var baskets = Pick(visits, user => Serializer.ToDocument(Basket.Of(user)));
        var documents = Pick(visits, user => Serializer.ToDocument(Order.Of(user)));
        return new(
            "steps of a write", "", Step("Serialize, context's own metadata", orders, Serialize),
            [
                Step("Serialize, the cache's metadata", orders, SerializeAsCache),
                Step("CacheSerializer.ToDocument", orders, Serializer.ToDocument),
                Step("State.SetAsync, ready document", Pairs(scopes, documents), each => Set(each.Scope, each.Value)),
                Step("State.SetAsync", Pairs(scopes, orders), each => Set(each.Scope, each.Value)),
                Step("CacheDocument.Increment", baskets, each => each.Increment("items", CacheNumber.From(1), out _)),
            ]);
    }

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)Serializer.Options.GetTypeInfo(typeof(T));

    private static byte[] Serialize(Order order) =>
        JsonSerializer.SerializeToUtf8Bytes(order, RecordsJson.Default.Order);

    private static byte[] SerializeAsCache(Order order) => JsonSerializer.SerializeToUtf8Bytes(order, CacheOrder);

    private static Draft? Deserialize(byte[] text) => JsonSerializer.Deserialize(text, RecordsJson.Default.Draft);

    private static object? Set<T>(IStateCache scope, T value) =>
        scope.SetAsync(Users.Handler, value, Users.Ttl).AtOnce() ? scope : null;

    private static (IStateCache Scope, T Value)[] Pairs<T>(IStateCache[] scopes, T[] values) =>
        [.. scopes.Zip(values, (scope, value) => (scope, value))];

    // Made for all users first, so that those visited lie as far apart in memory as they do in a store.
    private static T[] Pick<T>(int[] visits, Func<int, T> make)
    {
        T[] all = [.. Enumerable.Range(0, Users.Count).Select(make)];
        return [.. visits.Select(user => all[user])];
    }

    // The call through a delegate adds about 2 ns to each step alike.
    private static Case Step<T>(string name, T[] items, Func<T, object?> step) => new(name, (start, operations) =>
    {
        var done = 0;
        for (int n = 0, i = start % items.Length; n < operations; n++)
        {
            if (step(items[i]) is not null) done++;
            if (++i == items.Length) i = 0;
        }

        return new(done);
    });
}
