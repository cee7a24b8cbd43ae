using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Wappa.Caching.Documents;

/// <summary>
/// Whether what a type is written as needs no second look: valid JSON without white space, no deeper than the writer
/// allows, and as a record each field once. That holds when every converter in its whole graph is the framework's or ours;
/// a converter of the application can write anything. Conservative: what is not shown to hold is looked at.
/// </summary>
internal static class CanonicalTypes
{
    /// <summary>Whether a record of this type may be kept as written.</summary>
    internal static bool IsCanonical(JsonTypeInfo record) => record.Kind == JsonTypeInfoKind.Object && IsTrusted(record);

    /// <summary>Whether a value of this type may be kept as written.</summary>
    internal static bool IsTrusted(JsonTypeInfo value)
    {
        if (value.Options.ReferenceHandler is not null) return false;
        try
        {
            return IsTrusted(value.Type, value.Options, []);
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return false; // something in it has no form in JSON; a value may still have null there
        }
    }

    private static bool IsTrusted(Type type, JsonSerializerOptions options, HashSet<Type> seen)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (!seen.Add(type)) return true; // decided where it was met first
        var info = options.GetTypeInfo(type);
        if (!IsKnown(info.Converter) || info.PolymorphismOptions is not null) return false;
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => !type.IsInterface && type != typeof(object) &&
                info.Properties.All(property => IsTrusted(property, options, seen)),
            JsonTypeInfoKind.Enumerable => info.ElementType is { } item && IsTrusted(item, options, seen),
            JsonTypeInfoKind.Dictionary => info is { KeyType: { } key, ElementType: { } item } &&
                IsTrusted(key, options, seen) && IsTrusted(item, options, seen),
            _ => IsTrustedLeaf(type, options, seen),
        };
    }

    // A member that is not written has no getter, and its type does not count.
    private static bool IsTrusted(JsonPropertyInfo property, JsonSerializerOptions options, HashSet<Type> seen) =>
        property.Get is null ||
        (!property.IsExtensionData && IsKnownForMember(property.CustomConverter) && IsTrusted(property.PropertyType, options, seen));

    private static bool IsTrustedLeaf(Type type, JsonSerializerOptions options, HashSet<Type> seen)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            return IsTrusted(type.GetGenericArguments()[0], options, seen);

        // An object is written as whatever it is. What comes from JSON already may be of any depth and spelling.
        return type != typeof(object) && !typeof(JsonNode).IsAssignableFrom(type) &&
            (type.IsPrimitive || type.IsEnum || type.Namespace == "System" || type == typeof(CacheDocument));
    }

    private static bool IsKnown(JsonConverter converter)
    {
        var type = converter.GetType();
        if (type.Assembly == typeof(CanonicalTypes).Assembly) return true;

        // The framework's own adapter around a converter of another type, which may be the application's.
        return type.Assembly == typeof(JsonSerializer).Assembly && !type.Name.StartsWith("CastingConverter", StringComparison.Ordinal);
    }

    // An attribute's converter for T on a member of T? hides inside one of the framework's; only the names of enums are known.
    private static bool IsKnownForMember(JsonConverter? converter) =>
        converter is null || converter.GetType() == typeof(JsonStringEnumConverter) ||
        converter.GetType().Name.StartsWith("EnumConverter", StringComparison.Ordinal);
}
