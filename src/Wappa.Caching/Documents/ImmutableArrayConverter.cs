using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wappa.Caching.Documents;

/// <summary>Writes an <see cref="ImmutableArray{T}"/> that was never set as null instead of throwing, so that
/// <c>new PizzaOrder()</c> with a defaulted list can be stored.</summary>
internal sealed class ImmutableArrayConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(ImmutableArrayConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
}

internal sealed class ImmutableArrayConverter<T> : JsonConverter<ImmutableArray<T>>
{
    // Asked for at the first use, not in the constructor: a type that holds an array of itself is still being made then.
    private JsonConverter<T>? _item;

    public override bool HandleNull => true;

    public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return default;
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
        var item = Item(options);
        var items = ImmutableArray.CreateBuilder<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(ReadItem(ref reader, item, options));
        return items.DrainToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options)
    {
        if (value.IsDefault)
        {
            writer.WriteNullValue();
            return;
        }

        var item = Item(options);
        writer.WriteStartArray();
        foreach (var one in value)
        {
            if (one is null && !item.HandleNull) writer.WriteNullValue();
            else item.Write(writer, one, options);
        }

        writer.WriteEndArray();
    }

    private JsonConverter<T> Item(JsonSerializerOptions options) => _item ??= (JsonConverter<T>)options.GetConverter(typeof(T));

    private static T ReadItem(ref Utf8JsonReader reader, JsonConverter<T> converter, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Null || converter.HandleNull) return converter.Read(ref reader, typeof(T), options)!;
        return default(T) is null ? default! : throw new JsonException();
    }
}
