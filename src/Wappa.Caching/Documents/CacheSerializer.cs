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
        if (info.IsCanonical) return CacheDocument.Trusted(json.ToArray());
        json = json.TrimStart(" \t\r\n"u8);
        if (json is not [] and not [(byte)'{', ..])
        {
            throw new CacheSerializationException(
                $"A record is a JSON object, but {typeof(T).Name} serializes to {JsonKind.Describe(json)}. " +
                "Wrap it in a type with a property.");
        }

        return CacheDocument.Trusted(Checked<T>(json, isRecord: true));
    }

    /// <summary>Makes one field's raw JSON of a value.</summary>
    /// <exception cref="CacheValidationException">A validation attribute is broken.</exception>
    /// <exception cref="CacheSerializationException">It does not serialize.</exception>
    public byte[] ToJson<T>(T value)
    {
        if (value is CacheDocument document) return document.Utf8Json.ToArray();
        if (value is not null) RecordValidation.ThrowIfInvalid(value);
        var info = TypeInfo<T>.Of(this);
        using var scratch = JsonScratch.Rent(_writer);
        Write(scratch, value, info.Json);
        return info.IsTrusted ? scratch.Written.ToArray() : Checked<T>(scratch.Written, isRecord: false);
    }

    /// <summary>The name a property has in a record: <c>s =&gt; s.MessageCount</c> is <c>message_count</c>.</summary>
    /// <exception cref="ArgumentException">Not a property of the type itself, or one that is not written to JSON.</exception>
    /// <exception cref="CacheSerializationException">The type has no form in JSON.</exception>
    public string FieldName<T, TField>(Expression<Func<T, TField>> property)
    {
        ArgumentNullException.ThrowIfNull(property);
        var body = property.Body;
        while (body is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } conversion)
            body = conversion.Operand;
        if (body is not MemberExpression { Expression: ParameterExpression } access)
            throw new ArgumentException("Name one property of the record itself, as in s => s.MessageCount.", nameof(property));
        foreach (var known in TypeInfo<T>.Of(this).Json.Properties)
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

    // What fails here is mostly the type's own code - getters, converters, enumerators - with any exception it likes, whose
    // text may quote the data. Its type and the path are enough to find it; the rest is in the inner exception.
    private static bool IsFromValue(Exception error) => error is not (OperationCanceledException or OutOfMemoryException);

    private static void Write<T>(JsonScratch scratch, T value, JsonTypeInfo<T> info)
    {
        try
        {
            JsonSerializer.Serialize(scratch.Writer, value, info);
        }
        catch (Exception error) when (IsFromValue(error))
        {
            var path = (error as JsonException)?.Path is { } at ? $" at {JsonPath.Mask(at, info)}" : "";
            throw new CacheSerializationException(
                $"{typeof(T).Name} does not become JSON of at most {JsonText.MaxDepth} levels: {error.GetType().Name}{path}. " +
                "The inner exception says more; it may quote the value.", error);
        }
    }

    /// <summary>What a converter of the application had a hand in, made what a record demands.</summary>
    private static byte[] Checked<T>(ReadOnlySpan<byte> json, bool isRecord)
    {
        try
        {
            return isRecord ? JsonText.CompactObject(json) : JsonText.Compact(json);
        }
        catch (JsonException error)
        {
            throw new CacheSerializationException(
                $"What a converter wrote for {typeof(T).Name} is not one JSON value of at most {JsonText.MaxDepth} levels.", error);
        }
    }

    private T Read<T>(ReadOnlySpan<byte> json, RecordKind? kind, string what)
    {
        JsonTypeInfo<T>? info = null;
        try
        {
            if (typeof(T) == typeof(CacheDocument)) return (T)(object)CacheDocument.Parse(json);
            info = TypeInfo<T>.Of(this).Json;
            return JsonSerializer.Deserialize(json, info)!;
        }
        catch (JsonException error)
        {
            throw new CacheSerializationException(
                $"The stored {Place(kind, what)} does not fit {typeof(T).Name} at {JsonPath.Mask(error.Path, info)}.", error);
        }
        catch (Exception error) when (info is null && error is CacheSerializationException)
        {
            throw new CacheSerializationException(
                $"The stored {Place(kind, what)} cannot be read as {typeof(T).Name}: {error.Message}", error.InnerException);
        }
        catch (Exception error) when (IsFromValue(error))
        {
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
            catch (Exception error) when (IsFromValue(error))
            {
                // There is no value yet, so what the serializer says is about types only.
                throw new CacheSerializationException($"{typeof(T).Name} has no form in JSON: {error.Message}", error);
            }

            IsTrusted = CanonicalTypes.IsTrusted(Json);
            IsCanonical = IsTrusted && Json.Kind == JsonTypeInfoKind.Object;
        }

        internal JsonTypeInfo<T> Json { get; }

        /// <summary>Whether what is written needs no second look as a value, and as a record.</summary>
        internal bool IsTrusted { get; }

        internal bool IsCanonical { get; }

        internal static TypeInfo<T> Of(CacheSerializer serializer)
        {
            var latest = _latest;
            return latest is not null && ReferenceEquals(latest._serializer, serializer) ? latest : _latest = new(serializer);
        }
    }
}
