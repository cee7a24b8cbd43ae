using System.Security.Cryptography;

namespace Wappa.Caching.Memoizing;

/// <summary>Makes one key part of any argument: equal arguments the same, different ones different.</summary>
internal static class MemoKey
{
    private const int LongestText = 200;

    // With fields: a tuple has nothing else, and all tuples would be one argument.
    private static readonly CacheSerializer Serializer = new(static options => options.IncludeFields = true);

    internal static CacheKeyPart Of<TKey>(TKey key)
        where TKey : notnull
    {
        if (key is long or int or short or byte) return Convert.ToInt64(key, null);
        if (key is Guid id) return id;
        if (key is string text && text.Length <= LongestText && !text.StartsWith('#') && CacheName.IsValid(text)) return text;

        // As JSON, whose texts have no control characters; hashed if even so it is no name. No valid text above begins with '#'.
        var json = Serializer.ToJson(key);
        return "#" + Convert.ToHexStringLower(SHA256.HashData(json));
    }
}
