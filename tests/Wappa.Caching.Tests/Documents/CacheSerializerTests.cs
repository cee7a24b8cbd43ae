using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Wappa.Caching.Tests.Documents;

public sealed class CacheSerializerTests
{
    [Fact]
    public void ToDocument_Names_AreSnakeCase() =>
        Write(new Sample("x", 1, ["a"])).ShouldBe("""{"some_name":"x","message_count":1,"list":["a"]}""");

    [Fact]
    public void ToDocument_DefaultImmutableArray_IsNull()
    {
        Write(new Sample("x", 1, default)).ShouldBe("""{"some_name":"x","message_count":1,"list":null}""");
        CacheDocument.Parse("""{"list":null}""").As<Sample>().List.IsDefault.ShouldBeTrue();
        CacheDocument.Parse("""{"list":[]}""").As<Sample>().List.IsDefault.ShouldBeFalse();
        CacheDocument.Parse("""{}""").As<Sample>().List.IsDefault.ShouldBeTrue();
        Should.Throw<CacheSerializationException>(() => CacheDocument.Parse("""{"list":{}}""").As<Sample>());
        Should.Throw<CacheSerializationException>(() => CacheDocument.Parse("""{"list":[1]}""").As<Sample>());
    }

    [Fact]
    public void ToDocument_ImmutableArrayOfAnything_ComesBack()
    {
        RoundTrip(new Lists([1, 2], [null, 3], [new("x", 1, ["y"]), null], [[1], []]));
        Should.Throw<CacheSerializationException>(() => CacheDocument.Parse("""{"numbers":[null]}""").As<Lists>());
    }

    [Fact]
    public void ToDocument_Texts_AreEscapedOnlyWhereJsonDemandsIt() =>
        Write(new { text = "é日本<>&'+/" }).ShouldBe("""{"text":"é日本<>&'+/"}""");

    [Fact]
    public void ToDocument_HalfASurrogatePair_BecomesTheReplacementCharacter()
    {
        CacheSerializer.Default.ToDocument(new { text = "a\ud83cb" }).GetField<string>("text").ShouldBe("a\ufffdb");
        CacheSerializer.Default.ToDocument(new Dictionary<string, string> { ["k"] = "\udc00" }).GetField<string>("k")
            .ShouldBe("\ufffd");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ToDocument_NoFiniteNumber_IsRefused(double number)
    {
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new { number }));
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToJson(number));
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToJson((float)number));

        // The thread's writer is usable again after a failure.
        Write(new { number = 1.5 }).ShouldBe("""{"number":1.5}""");
    }

    [Fact]
    public void ToDocument_ACycleOrAnUnsupportedType_IsRefused()
    {
        var cycle = new Dictionary<string, object>();
        cycle["self"] = cycle;

        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(cycle));
        Should.Throw<CacheSerializationException>(() =>
            CacheSerializer.Default.ToDocument(new { action = new Action(() => { }) }));
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new WithSpan()));
        Should.Throw<CacheSerializationException>(() => CacheDocument.Empty.As<WithSpan>());
    }

    [Fact]
    public void ToDocument_Dictionaries_AreBroughtToCanonicalForm()
    {
        Write(new Dictionary<string, int> { ["Key As Is"] = 1, ["é"] = 2 }).ShouldBe("""{"Key As Is":1,"é":2}""");
        Write(JsonNode.Parse("""{ "a" : [ 1 ] }""")).ShouldBe("""{"a":[1]}""");
        Write(JsonDocument.Parse("""{ "a" : 1.10, "\u0062":"\u0041", "a": 2 }""").RootElement)
            .ShouldBe("""{"a":2,"b":"A"}""");
        var (one, two) = (JsonDocument.Parse("1").RootElement, JsonDocument.Parse("2").RootElement);
        Write(new Extended { Name = "x", Others = { ["name"] = one, ["n"] = two } }).ShouldBe("""{"name":1,"n":2}""");
    }

    [Fact]
    public void ToDocument_ADerivedValue_IsWrittenAsTheTypeItWasGivenAs()
    {
        Parent value = new Child { Name = "x", Extra = 1 };

        Write(value).ShouldBe("""{"name":"x"}""");
        Write<object>(value).ShouldBe("""{"extra":1,"name":"x"}""");
        Write(value).ShouldNotContain(nameof(Child));
    }

    [Fact]
    public void ToDocument_OfADocument_SharesNothingThatCanChange()
    {
        var document = CacheDocument.Parse("""{"a":1}""");

        var copy = CacheSerializer.Default.ToDocument(document);

        copy.ShouldNotBeSameAs(document);
        copy.Equals(document).ShouldBeTrue();
        Should.Throw<ArgumentNullException>(() => CacheSerializer.Default.ToDocument<CacheDocument>(null!));
    }

    [Fact]
    public void ToJson_OfADocument_IsTheDocument()
    {
        var inner = CacheDocument.Parse("""{"a":1.10}""");

        var document = CacheDocument.Empty.SetField("inner", CacheSerializer.Default.ToJson(inner));

        document.ToString().ShouldBe("""{"inner":{"a":1.10}}""");
        document.GetField<CacheDocument>("inner")!.Equals(inner).ShouldBeTrue();
        Write(new { inner }).ShouldBe("""{"inner":{"a":1.10}}""");
        Write(new { inner = (CacheDocument?)null }).ShouldBe("""{"inner":null}""");
        CacheDocument.Parse("""{"inner":{ "a" : 1.10 }}""").As<Holder>().Inner!.Equals(inner).ShouldBeTrue();
        CacheDocument.Parse("""{"inner":null}""").As<Holder>().Inner.ShouldBeNull();
        Should.Throw<CacheSerializationException>(() => CacheDocument.Parse("""{"inner":5}""").As<Holder>());
    }

    [Fact]
    public void ToDocument_ADocumentTooDeepInside_IsRefused()
    {
        var deep = CacheDocument.Empty;
        for (var level = 1; level < 64; level++) deep = CacheDocument.Empty.SetField("a", deep.Utf8Json);

        Write(deep).ShouldBe(deep.ToString());
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new { inner = deep }));
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new Holder(deep)));
    }

    [Fact]
    public void FieldName_IsTheNameInJson()
    {
        var serializer = CacheSerializer.Default;

        serializer.FieldName<Sample, int>(sample => sample.MessageCount).ShouldBe("message_count");
        serializer.FieldName<Sample, long>(sample => sample.MessageCount).ShouldBe("message_count");
        serializer.FieldName<Renamed, int>(renamed => renamed.Count).ShouldBe("n");
        new CacheSerializer(options => options.PropertyNamingPolicy = null)
            .FieldName<Sample, int>(sample => sample.MessageCount).ShouldBe("MessageCount");
        Should.Throw<ArgumentException>(() => serializer.FieldName<Sample, int>(sample => sample.SomeName.Length));
        Should.Throw<ArgumentException>(() => serializer.FieldName<Sample, int>(sample => sample.MessageCount + 1));
        Should.Throw<ArgumentException>(() => serializer.FieldName<Renamed, int>(renamed => renamed.Ignored))
            .Message.ShouldContain("Ignored");
    }

    [Fact]
    public void Options_AreReadOnlyAndKeepTheContract()
    {
        var serializer = new CacheSerializer(options =>
        {
            options.WriteIndented = true;
            options.MaxDepth = 1000;
        });

        serializer.Options.IsReadOnly.ShouldBeTrue();
        serializer.Options.MaxDepth.ShouldBe(64);
        serializer.ToDocument(new { a = new { b = 1 } }).ToString().ShouldBe("""{"a":{"b":1}}""");
    }

    [Fact]
    public void SourceGeneratedContext_Registered_IsUsedForItsTypes()
    {
        var serializer = new CacheSerializer(options => options.TypeInfoResolverChain.Insert(0, SampleContext.Default));
        serializer.Options.GetTypeInfo(typeof(Generated)).OriginatingResolver.ShouldBeOfType<SampleContext>();
        serializer.Options.GetTypeInfo(typeof(Sample)).OriginatingResolver.ShouldNotBeOfType<SampleContext>();

        var document = serializer.ToDocument(new Generated("x", [1]));

        document.ToString().ShouldBe("""{"some_name":"x","list":[1]}""");
        document.As<Generated>(serializer).List.ShouldBe([1]);
        serializer.ToDocument(new Generated("x", default)).ToString().ShouldBe("""{"some_name":"x","list":null}""");
    }

    [Fact]
    public void Serializers_UsedInTurns_KeepTheirOwnWays()
    {
        var pascal = new CacheSerializer(options => options.PropertyNamingPolicy = null);
        for (var round = 0; round < 3; round++)
        {
            Write(new Renamed { Count = 1 }).ShouldBe("""{"n":1}""");
            pascal.ToDocument(new Sample("x", 1, [])).ToString()
                .ShouldBe("""{"SomeName":"x","MessageCount":1,"List":[]}""");
            Write(new Sample("x", 1, [])).ShouldBe("""{"some_name":"x","message_count":1,"list":[]}""");
        }
    }

    [Fact]
    public void ToDocument_AConverterThatSerializesItself_WritesBoth()
    {
        var serializer = new CacheSerializer(options => options.Converters.Add(new ReentrantConverter()));

        serializer.ToDocument(new { outer = 1, inner = new Reentrant(5) }).ToString()
            .ShouldBe("""{"outer":1,"inner":"{\"some_name\":\"5\",\"message_count\":5,\"list\":null}"}""");
    }

    [Fact]
    public void ToJson_ManyThreads_DoNotMixTheirBuffers() => Parallel.For(0, 500, number =>
        Encoding.UTF8.GetString(CacheSerializer.Default.ToJson(new { number }))
            .ShouldBe($$"""{"number":{{number}}}"""));

    private static string Write<T>(T value) => CacheSerializer.Default.ToDocument(value).ToString();

    private static void RoundTrip<T>(T value) =>
        Write(CacheDocument.Parse(Write(value)).As<T>()).ShouldBe(Write(value));

    internal sealed record Generated(string SomeName, ImmutableArray<int> List);

    private sealed record Sample(string SomeName, int MessageCount, ImmutableArray<string> List);

    private sealed record Lists(
        ImmutableArray<int> Numbers, ImmutableArray<int?> Maybe, ImmutableArray<Sample?> Samples,
            ImmutableArray<ImmutableArray<int>> Nested);

    private sealed class Renamed
    {
        [JsonPropertyName("n")]
        public int Count { get; set; }

        [JsonIgnore]
        public int Ignored { get; set; }
    }

    private class Parent
    {
        public string Name { get; set; } = "";
    }

    private sealed class Child : Parent
    {
        public int Extra { get; set; }
    }

    private sealed class Extended
    {
        public string Name { get; set; } = "";

        [JsonExtensionData]
        public Dictionary<string, JsonElement> Others { get; set; } = [];
    }

    private sealed record Holder(CacheDocument? Inner);

    private sealed class WithSpan
    {
        public ReadOnlySpan<byte> Bytes => default;
    }

    private sealed record Reentrant(int Number);

    private sealed class ReentrantConverter : JsonConverter<Reentrant>
    {
        public override Reentrant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(0);

        public override void Write(Utf8JsonWriter writer, Reentrant value, JsonSerializerOptions options) =>
            writer.WriteStringValue(CacheSerializer.Default.ToDocument(new Sample($"{value.Number}", value.Number,
                default)).ToString());
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CacheSerializerTests.Generated))]
internal sealed partial class SampleContext : JsonSerializerContext;
