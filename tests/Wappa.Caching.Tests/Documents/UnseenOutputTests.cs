using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Wappa.Caching.Documents;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Tests.Documents;

public sealed class UnseenOutputTests
{
    [Fact]
    public void Write_AConverterThatWritesSpace_IsCompacted()
    {
        Text(new WithRaw(new("[ 1 , 2 ]"), 5)).ShouldBe("""{"raw":[1,2],"after":5}""");
        Text(new { inner = new { raw = new Raw(" { \"a\" : 1 } ") } }).ShouldBe("""{"inner":{"raw":{"a":1}}}""");
        Text(new { raws = ImmutableArray.Create(new Raw(" 1 ")) }).ShouldBe("""{"raws":[1]}""");
        Text(new { raw = (RawStruct?)new RawStruct() }).ShouldBe("""{"raw":[1]}""");
        Text(new Attributed(7)).ShouldBe("""{"number":[7]}""");
        Text(new AttributedMaybe(7)).ShouldBe("""{"number":[7]}""");
        Encoding.UTF8.GetString(CacheSerializer.Default.ToJson(new Raw(" [ 1 ] "))).ShouldBe("[1]");
    }

    [Fact]
    public void Write_AConverterThatInjectsFields_KeepsEachNameOnce() =>
        Text(new WithRaw(new("1,\"after\":2,\"\\u0078\":3"), 5)).ShouldBe("""{"raw":1,"after":5,"x":3}""");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("1}")]
    [InlineData("nonsense")]
    [InlineData("\"\ud800")]
    public void Write_AConverterThatWritesNoJson_IsRefused(string raw)
    {
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new WithRaw(new(raw), 5)));
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new Raw(raw)));
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToJson(new Raw(raw)));
        Text(new { number = 1 }).ShouldBe("""{"number":1}""");
    }

    [Fact]
    public void Write_AConverterThatNestsTooDeep_IsRefused()
    {
        var deep = new string('[', 64) + new string(']', 64);

        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new WithRaw(new(deep), 5)));
        Text(new WithRaw(new(deep[1..^1]), 5)).ShouldContain(deep[1..^1]);
    }

    [Fact]
    public void Write_ExtensionDataOfANullableStruct_KeepsEachNameOnce()
    {
        Extended? value = new Extended { Name = "x", Others = new() { ["name"] = JsonDocument.Parse("1").RootElement } };

        Text(value).ShouldBe("""{"name":1}""");
    }

    [Theory]
    [InlineData(typeof(Hot), true)]
    [InlineData(typeof(Tree), true)]
    [InlineData(typeof(WithDocument), true)]
    [InlineData(typeof(Kinds), true)]
    [InlineData(typeof(Dictionary<string, int>), false)]
    [InlineData(typeof(Hot[]), false)]
    [InlineData(typeof(int), false)]
    [InlineData(typeof(object), false)]
    [InlineData(typeof(WithObject), false)]
    [InlineData(typeof(WithElement), false)]
    [InlineData(typeof(WithNode), false)]
    [InlineData(typeof(WithShape), false)]
    [InlineData(typeof(WithRaw), false)]
    [InlineData(typeof(WithRawKeys), false)]
    [InlineData(typeof(Attributed), false)]
    [InlineData(typeof(AttributedMaybe), false)]
    [InlineData(typeof(Extended), false)]
    public void IsCanonical_OnlyWhereTheSerializerWritesEverything(Type type, bool expected) =>
        CanonicalTypes.IsCanonical(CacheSerializer.Default.Options.GetTypeInfo(type)).ShouldBe(expected);

    [Fact]
    public void Documents_InsideValues_GoBothWays()
    {
        var inner = CacheDocument.Parse("""{"a":1.10,"text":"\u0041\/"}""");
        var many = new Many(
            new() { ["k"] = inner, ["none"] = null },
            ImmutableDictionary<string, CacheDocument>.Empty.Add("k", inner),
            [inner, CacheDocument.Empty]);

        var written = CacheSerializer.Default.ToDocument(many);

        written.ToString().ShouldBe(
            $$"""{"map":{"k":{{inner}},"none":null},"fixed":{"k":{{inner}}},"list":[{{inner}},{}]}""");
        var read = written.As<Many>();
        read.Map["k"].ShouldBe(inner);
        read.Map["none"].ShouldBeNull();
        read.Fixed["k"].ShouldBe(inner);
        read.List.ShouldBe([inner, CacheDocument.Empty]);
        Text(new Dictionary<string, CacheDocument> { ["k"] = inner }).ShouldBe($$"""{"k":{{inner}}}""");
        Text(new Dictionary<string, object> { ["k"] = inner }).ShouldBe($$"""{"k":{{inner}}}""");
        CacheDocument.Parse($$"""{"k":{{inner}}}""").As<Dictionary<string, CacheDocument>>()["k"].ShouldBe(inner);
        CacheSerializer.Default.ToJson<object>(inner).ShouldBe(inner.Utf8Json.ToArray());
    }

    [Fact]
    public void Documents_AStoreHandedOut_AreWrittenAsTheObjectTheyAre()
    {
        CacheDocument read = new StoredDocument(CacheDocument.Parse("""{"a":1.10}"""), 5, 0);

        Text(new Dictionary<string, object> { ["k"] = read }).ShouldBe("""{"k":{"a":1.10}}""");
        Text<object>(read).ShouldBe("""{"a":1.10}""");
        Encoding.UTF8.GetString(CacheSerializer.Default.ToJson<object>(read)).ShouldBe("""{"a":1.10}""");
        Text(new { inner = read, items = new object[] { read } }).ShouldBe("""{"inner":{"a":1.10},"items":[{"a":1.10}]}""");
    }

    private static string Text<T>(T value) => CacheSerializer.Default.ToDocument(value).ToString();

    private sealed record Hot(string Name, int Count, decimal Total, DateTimeOffset At, ImmutableArray<string> Items);

    private sealed record Tree(string Name, Tree? Left, List<Tree> Others, Dictionary<int, Tree>? Named, Hot? Hot, DayOfWeek? Day);

    private sealed record WithDocument(CacheDocument Inner, ImmutableArray<CacheDocument> Others);

    private sealed record Kinds(Guid Id, Uri Link, byte[] Bytes, int? Maybe, IReadOnlyList<string> Names, (int, int) Pair, TimeSpan Span)
    {
        [JsonConverter(typeof(JsonStringEnumConverter))]
        public DayOfWeek Day { get; init; }

        [JsonIgnore]
        public object? Ignored { get; init; }
    }

    private sealed record Many(
        Dictionary<string, CacheDocument?> Map, ImmutableDictionary<string, CacheDocument> Fixed, ImmutableArray<CacheDocument> List);

    private sealed record WithObject(object Value);

    private sealed record WithElement(JsonElement? Value);

    private sealed record WithNode(List<JsonNode> Value);

    private sealed record WithShape(Shape Shape);

    [JsonDerivedType(typeof(Circle), "circle")]
    private record Shape;

    private sealed record Circle : Shape;

    private sealed record WithRaw(Raw Raw, int After);

    private sealed record WithRawKeys(Dictionary<Raw, int> Map);

    [JsonConverter(typeof(RawConverter))]
    private sealed record Raw(string Json);

    private sealed class RawConverter : JsonConverter<Raw>
    {
        public override Raw Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Raw value, JsonSerializerOptions options)
        {
            if (value.Json.Length > 0) writer.WriteRawValue(value.Json.Replace('\ud800', '?'), skipInputValidation: true);
        }
    }

    [JsonConverter(typeof(RawStructConverter))]
    private readonly record struct RawStruct;

    private sealed class RawStructConverter : JsonConverter<RawStruct>
    {
        public override RawStruct Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => default;

        public override void Write(Utf8JsonWriter writer, RawStruct value, JsonSerializerOptions options) =>
            writer.WriteRawValue(" [ 1 ] ", skipInputValidation: true);
    }

    private sealed record Attributed([property: JsonConverter(typeof(SpacedConverter))] int Number);

    private sealed record AttributedMaybe([property: JsonConverter(typeof(SpacedConverter))] int? Number);

    private sealed class SpacedConverter : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => 0;

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) =>
            writer.WriteRawValue($" [ {value} ] ", skipInputValidation: true);
    }

    private struct Extended
    {
        public string Name { get; set; }

        [JsonExtensionData]
        public Dictionary<string, JsonElement> Others { get; set; }
    }
}
