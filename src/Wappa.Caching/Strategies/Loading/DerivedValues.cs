using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Wappa.Caching.Loading;

/// <summary>Values whose type is derived from the one a cache reads.</summary>
internal static class DerivedValues
{
    /// <summary>Refuses what JSON would keep a part of. Without this check the loss would show after the next restart only, or on
    /// another node.</summary>
    /// <exception cref="CacheSerializationException">The declared type is an object and does not name its derived types.</exception>
    internal static void ThrowIfSliced(Type declared, Type actual, JsonSerializerOptions options)
    {
        var info = options.GetTypeInfo(declared);
        if (info.Kind != JsonTypeInfoKind.Object || info.PolymorphismOptions is not null) return;
        throw new CacheSerializationException(
            $"The value is a {actual.Name}, but the cache reads {declared.Name}, which would lose what {actual.Name} adds. Make it a " +
            $"cache of {actual.Name}, or name the derived types on {declared.Name} with [JsonDerivedType].");
    }
}
