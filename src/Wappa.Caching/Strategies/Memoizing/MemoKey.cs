using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;

namespace Wappa.Caching.Memoizing;

/// <summary>Makes one key part of any argument: equal arguments the same, different ones different. An argument of whose content JSON
/// would lose a part is refused, as two of them would be one key and their callers get each other's values.</summary>
internal static class MemoKey
{
    private const int LongestText = 200;

    // With fields: a tuple has nothing else, and all tuples would be one argument.
    private static readonly CacheSerializer Serializer = new(static options =>
    {
        options.IncludeFields = true;
        options.TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(WatchObjects);
    });

    /// <exception cref="CacheSerializationException">The key has no JSON, or one that does not tell it from others.</exception>
    internal static CacheKeyPart Of<TKey>(TKey key)
        where TKey : notnull
    {
        if (key is long or int or short or byte) return Convert.ToInt64(key, null);
        if (key is Guid id) return id;
        if (key is string text && text.Length <= LongestText && !text.StartsWith('#') && CacheName.IsValid(text)) return text;

        // As JSON, whose texts have no control characters; hashed if even so it is no name. No valid text above begins with '#'.
        return "#" + Convert.ToHexStringLower(SHA256.HashData(ToJson(key)));
    }

    private static byte[] ToJson<TKey>(TKey key)
        where TKey : notnull
    {
        if (key.GetType() == typeof(object)) throw Empty(typeof(object)); // the serializer has no contract to watch for it
        try
        {
            return Serializer.ToJson(key);
        }
        catch (CacheSerializationException error) when (error.InnerException is CacheSerializationException refusal)
        {
            throw new CacheSerializationException(refusal.Message);
        }
    }

    // Wherever in a key an object is: its own, a property's, an element's.
    private static void WatchObjects(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object) return;
        var (declared, alsoDoes) = (info.Type, info.OnSerializing);
        var isEmpty = !info.Properties.Any(static property => property.Get is not null) && HasState(declared);
        info.OnSerializing = value =>
        {
            if (value.GetType() != declared) throw Sliced(declared, value.GetType());
            if (isEmpty) throw Empty(declared);
            alsoDoes?.Invoke(value);
        };
    }

    private static bool HasState(Type? type)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetFields(Own).Length > 0) return true;
        }

        return false;
    }

    private static CacheSerializationException Sliced(Type declared, Type actual) => new(
        $"A {actual.Name} is no key where a {declared.Name} is declared: its JSON would lose what {actual.Name} adds, and different keys " +
        $"would be one. Declare {actual.Name}, or name the derived types on {declared.Name} with [JsonDerivedType].");

    private static CacheSerializationException Empty(Type type) => new(
        $"A {type.Name} is no key: it shows nothing of itself in JSON, so all of them would be one. Give it public properties, or use " +
        "what it is known by as the key.");
}
