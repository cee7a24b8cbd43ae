using System.Buffers;
using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Wappa.Caching.Documents;

namespace Wappa.Caching;

/// <summary>
/// How values become records and back: <see cref="System.Text.Json"/> with snake_case property names. The same on every
/// backend; never a CLR type name in the data.
/// </summary>
/// <remarks>Enums are numbers unless a converter says otherwise, nulls are written, and dictionary keys are left as they
/// are. A <see cref="string"/> with half of a surrogate pair is no Unicode text: U+FFFD stands in its place.</remarks>
public sealed class CacheSerializer
{
    private readonly JsonWriterOptions _writer;

    /// <summary>A serializer with its own options.</summary>
    /// <param name="configure">Changes the options before they are frozen: another naming policy, converters, source-generated
    /// contexts (<c>o.TypeInfoResolverChain.Insert(0, MyContext.Default)</c>).</param>
    public CacheSerializer(Action<JsonSerializerOptions>? configure = null)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            Encoder = JsonText.Encoder,
            TypeInfoResolverChain = { new DefaultJsonTypeInfoResolver() },
            Converters = { new ImmutableArrayConverterFactory(), new CacheDocumentConverter() },
        };
        configure?.Invoke(options);

        // Not open to configuration: the record contract depends on these.
        options.MaxDepth = JsonText.MaxDepth;
        options.WriteIndented = false;
        options.Encoder = JsonText.Encoder;
        options.MakeReadOnly();
        Options = options;
        _writer = new JsonWriterOptions { Encoder = JsonText.Encoder, MaxDepth = JsonText.MaxDepth, SkipValidation = true };
    }

    /// <summary>snake_case names and nothing else changed.</summary>
    public static CacheSerializer Default { get; } = new();

    /// <summary>The options in use; read-only.</summary>
    public JsonSerializerOptions Options { get; }

    /// <summary>Makes a record of a value, after checking the validation attributes of its type.</summary>
    /// <param name="value">What serializes to a JSON object: a record, a class, a dictionary, an anonymous type, a
    /// <see cref="CacheDocument"/>.</param>
    /// <exception cref="CacheValidationException">A validation attribute is broken.</exception>
    /// <exception cref="CacheSerializationException">It does not serialize, is not an object, or is deeper than 64 levels.</exception>
    public CacheDocument ToDocument<T>(T value)
    {
        if (value is CacheDocument document) return CacheDocument.Trusted(document.RawJson); // bytes shared, typed view not
        ArgumentNullException.ThrowIfNull(value);
        RecordValidation.ThrowIfInvalid(value);
        var info = TypeInfo<T>.Of(this);
        using var scratch = JsonScratch.Rent(_writer);
        Write(scratch, value, info.Json);
        var json = scratch.Written;
        if (json[0] != '{')
        {
            throw new CacheSerializationException(
                $"A record is a JSON object, but {typeof(T).Name} serializes to {JsonKind.Describe(json)}. " +
                "Wrap it in a type with a property.");
        }

        // Objects of known properties are canonical as written; dictionaries and custom converters need a look.
        return CacheDocument.Trusted(info.IsCanonical ? json.ToArray() : JsonText.CompactObject(json));
    }

    /// <summary>Makes one field's raw JSON of a value.</summary>
    /// <exception cref="CacheValidationException">A validation attribute is broken.</exception>
    /// <exception cref="CacheSerializationException">It does not serialize.</exception>
    public byte[] ToJson<T>(T value)
    {
        if (value is not null) RecordValidation.ThrowIfInvalid(value);
        using var scratch = JsonScratch.Rent(_writer);
        Write(scratch, value, TypeInfo<T>.Of(this).Json);
        return scratch.Written.ToArray();
    }

    /// <summary>The name a property has in a record: <c>s =&gt; s.MessageCount</c> is <c>message_count</c>.</summary>
    /// <exception cref="ArgumentException">Not a property of the type itself, or one that is not written to JSON.</exception>
    public string FieldName<T, TField>(Expression<Func<T, TField>> property)
    {
        ArgumentNullException.ThrowIfNull(property);
        var body = property.Body;
        while (body is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } conversion)
            body = conversion.Operand;
        if (body is not MemberExpression { Expression: ParameterExpression } access)
            throw new ArgumentException("Name one property of the record itself, as in s => s.MessageCount.", nameof(property));
        foreach (var known in Options.GetTypeInfo(typeof(T)).Properties)
        {
            // A member that is ignored is known too, but has nothing to read it with.
            if (known is { Get: not null, AttributeProvider: System.Reflection.MemberInfo member } && member.Name == access.Member.Name)
                return known.Name;
        }

        throw new ArgumentException($"{typeof(T).Name}.{access.Member.Name} is not written to JSON.", nameof(property));
    }

    internal T ReadDocument<T>(ReadOnlySpan<byte> json, RecordKind? kind = null) => Read<T>(json, kind, "record");

    internal T? ReadValue<T>(ReadOnlySpan<byte> json, RecordKind? kind = null) =>
        JsonKind.IsNull(json) ? default : Read<T>(json, kind, "field");

    private static void Write<T>(JsonScratch scratch, T value, JsonTypeInfo<T> info)
    {
        try
        {
            JsonSerializer.Serialize(scratch.Writer, value, info);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            throw new CacheSerializationException(
                $"{typeof(T).Name} does not become JSON of at most {JsonText.MaxDepth} levels ({error.GetType().Name}, the inner " +
                "exception says more; it may quote the value).", error);
        }
    }

    private T Read<T>(ReadOnlySpan<byte> json, RecordKind? kind, string what)
    {
        if (typeof(T) == typeof(CacheDocument)) return (T)(object)CacheDocument.Parse(json);
        try
        {
            return JsonSerializer.Deserialize(json, TypeInfo<T>.Of(this).Json)!;
        }
        catch (JsonException error)
        {
            // The serializer's own message may quote the data; the path is enough to find it.
            throw new CacheSerializationException(
                $"The stored {Place(kind, what)} does not fit {typeof(T).Name} at {error.Path ?? "$"}.", error);
        }
        catch (NotSupportedException error)
        {
            throw new CacheSerializationException($"A {Place(kind, what)} cannot be read as {typeof(T).Name}: {error.Message}", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // From the type's own constructor or converter, whose message may quote the data too.
            throw new CacheSerializationException(
                $"The stored {Place(kind, what)} cannot be read as {typeof(T).Name}: the type refused it with " +
                $"{error.GetType().Name}.", error);
        }
    }

    private static string Place(RecordKind? kind, string what) => kind switch
    {
        RecordKind.State => $"state {what}",
        RecordKind.User => $"user {what}",
        RecordKind.Table => $"table {what}",
        _ => what,
    };

    /// <summary>The metadata of one type, kept with the serializer it was asked from: one reference compare on the hot
    /// path instead of a dictionary.</summary>
    private sealed class TypeInfo<T>
    {
        private static TypeInfo<T>? _latest;
        private readonly CacheSerializer _serializer;

        private TypeInfo(CacheSerializer serializer)
        {
            _serializer = serializer;
            try
            {
                Json = (JsonTypeInfo<T>)serializer.Options.GetTypeInfo(typeof(T));
            }
            catch (Exception error) when (error is NotSupportedException or InvalidOperationException)
            {
                throw new CacheSerializationException($"{typeof(T).Name} has no form in JSON: {error.Message}", error);
            }

            IsCanonical = typeof(T).IsSealed && Json.Kind == JsonTypeInfoKind.Object &&
                Json.Properties.All(property => !property.IsExtensionData);
        }

        internal JsonTypeInfo<T> Json { get; }

        internal bool IsCanonical { get; }

        internal static TypeInfo<T> Of(CacheSerializer serializer)
        {
            var latest = _latest;
            return latest is not null && ReferenceEquals(latest._serializer, serializer) ? latest : _latest = new(serializer);
        }
    }
}
