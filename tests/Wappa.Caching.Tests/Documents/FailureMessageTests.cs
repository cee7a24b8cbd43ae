using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wappa.Caching.Tests.Documents;

public sealed class FailureMessageTests
{
    private const string Phone = "4917012345";

    [Theory]
    [InlineData("""{"name":5}""", "$.name")]
    [InlineData("""{"orders":[{"size":"x"},{"size":[]}]}""", "$.orders[1].size")]
    [InlineData("""{"by_phone":{"4917012345":{"size":5}}}""", "$.by_phone.*.size")]
    [InlineData("""{"by_phone":{"+49 170.12345":{"size":5}}}""", "$.by_phone.*")]
    [InlineData("""{"by_phone":{"'][4917012345]['":{"size":5}}}""", "$.by_phone.*")]
    [InlineData("""{"counts":{"4917012345":"x"}}""", "$.counts.*")]
    [InlineData("""{"counts":{"name":"x"}}""", "$.counts.*")]
    [InlineData("""{"odd name":"x"}""", "$['odd name']")]
    [InlineData("""{"inner":{"4917012345":1,"inner":{"name":[]}}}""", "$.inner.inner.name")]
    [InlineData("""{"document":{"4917012345":1},"name":1}""", "$.name")]
    [InlineData("""{"document":"4917012345"}""", "$.document")]
    [InlineData("""[]""", "$")]
    public void Read_DoesNotFit_NamesThePathWithoutKeys(string json, string path)
    {
        var error = Should.Throw<CacheSerializationException>(
            () => CacheSerializer.Default.ReadDocument<Guest>(System.Text.Encoding.UTF8.GetBytes(json), RecordKind.User));

        error.Message.ShouldEndWith($" at {path}.");
        error.Message.ShouldContain("user record");
        error.Message.ShouldContain(nameof(Guest));
        error.Message.ShouldNotContain("4917");
        error.Message.ShouldNotContain("170");
    }

    [Theory]
    [InlineData(typeof(FormatException))]
    [InlineData(typeof(OverflowException))]
    [InlineData(typeof(KeyNotFoundException))]
    [InlineData(typeof(IndexOutOfRangeException))]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(NotSupportedException))]
    [InlineData(typeof(JsonException))]
    [InlineData(typeof(CacheStoreException))]
    public void Write_TheTypesOwnCodeThrows_IsASerializationErrorWithoutItsText(Type type)
    {
        var value = new Faulty(() => throw Make(type));

        foreach (var write in (Action[])[
            () => CacheSerializer.Default.ToDocument(value),
            () => CacheSerializer.Default.ToJson(value),
            () => CacheSerializer.Default.ToDocument(new Dictionary<string, object> { [Phone] = value })])
        {
            var error = Should.Throw<CacheSerializationException>(write);
            error.InnerException!.ShouldBeAssignableTo(type);
            error.Message.ShouldContain(type.Name);
            error.Message.ShouldNotContain(Phone);
        }
    }

    [Theory]
    [InlineData(typeof(FormatException))]
    [InlineData(typeof(OverflowException))]
    [InlineData(typeof(KeyNotFoundException))]
    [InlineData(typeof(NotSupportedException))]
    [InlineData(typeof(JsonException))]
    [InlineData(typeof(CacheLimitException))]
    public void Read_TheTypesOwnCodeThrows_IsASerializationErrorWithoutItsText(Type type)
    {
        var serializer = new CacheSerializer(options => options.Converters.Add(new FaultyReader(() => Make(type))));

        var error = Should.Throw<CacheSerializationException>(() => CacheDocument.Parse("{\"a\":1}").GetField<Faulty>("a", serializer));

        error.InnerException!.ShouldBeAssignableTo(type);
        error.Message.ShouldNotContain(Phone);
    }

    [Fact]
    public void Cancellation_PassesThrough()
    {
        var value = new Faulty(() => throw new OperationCanceledException());
        var serializer = new CacheSerializer(options => options.Converters.Add(new FaultyReader(() => new OperationCanceledException())));

        Should.Throw<OperationCanceledException>(() => CacheSerializer.Default.ToDocument(value));
        Should.Throw<OperationCanceledException>(() => CacheDocument.Parse("{}").As<Faulty>(serializer));
    }

    [Fact]
    public void Metadata_TwoPropertiesOfOneName_IsASerializationErrorEverywhere()
    {
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new Twins(1, 2))).Message.ShouldContain(nameof(Twins));
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new { inner = new Twins(1, 2) }));
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToJson(new Twins(1, 2)));
        Should.Throw<CacheSerializationException>(() => CacheDocument.Empty.As<Twins>());
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.FieldName<Twins, int>(twins => twins.A));
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(new UnusableConverter()));
    }

    [Fact]
    public void Write_TooDeep_NamesThePathWithoutKeys()
    {
        var cycle = new Loop { Next = [] };
        cycle.Next[Phone] = cycle;

        var error = Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(cycle));

        error.Message.ShouldContain("64");
        error.Message.ShouldContain("$.Next.*.Next.*");
        error.Message.ShouldNotContain(Phone);
        error.Message.Length.ShouldBeLessThan(400);
    }

    [Fact]
    public void Read_AFieldThatIsNoDocument_NamesTheScope() =>
        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ReadValue<CacheDocument>("5"u8, RecordKind.State))
            .Message.ShouldContain("state field");

    [Fact]
    public void Validation_Message_HoldsOnlyNames()
    {
        var error = Should.Throw<CacheValidationException>(() => CacheSerializer.Default.ToDocument(new Contact(Phone) { Size = -1 }));

        error.Message.ShouldContain(nameof(Contact));
        error.Message.ShouldContain(nameof(Contact.Number));
        error.Message.ShouldContain(nameof(Contact.Size));
        error.Message.ShouldNotContain(Phone);
        error.Failures.Select(failure => failure.ErrorMessage).ShouldContain($"{Phone} is taken");

        Should.Throw<CacheValidationException>(() => CacheSerializer.Default.ToDocument(new Own())).Message.ShouldNotContain(Phone);
        Should.Throw<CacheValidationException>(() => CacheSerializer.Default.ToDocument(new Own())).Message.ShouldContain(nameof(Own.Name));
    }

    private static Exception Make(Type type) => type == typeof(CacheLimitException)
        ? new CacheLimitException(Phone, 1, 2)
        : type == typeof(CacheStoreException) ? new CacheStoreException(Phone) : (Exception)Activator.CreateInstance(type, Phone)!;

    private sealed record Guest(
        string Name, ImmutableList<Order>? Orders, Dictionary<string, Order>? ByPhone, Dictionary<string, int>? Counts, Guest? Inner,
        CacheDocument? Document, [property: JsonPropertyName("odd name")] int Odd);

    private sealed record Order(string Size);

    private sealed class Faulty(Func<int> read)
    {
        public int Value => read();
    }

    private sealed class FaultyReader(Func<Exception> error) : JsonConverter<Faulty>
    {
        public override Faulty Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw error();

        public override void Write(Utf8JsonWriter writer, Faulty value, JsonSerializerOptions options) => writer.WriteNullValue();
    }

    private sealed record Twins([property: JsonPropertyName("x")] int A, [property: JsonPropertyName("x")] int B);

    [JsonConverter(typeof(string))]
    private sealed class UnusableConverter;

    private sealed class Loop
    {
        public Dictionary<string, Loop> Next { get; set; } = [];
    }

    private sealed record Contact([TakenNumber] string Number)
    {
        [Range(0, 5)]
        public int Size { get; init; }
    }

    [AttributeUsage(AttributeTargets.Parameter)]
    private sealed class TakenNumberAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            new($"{value} is taken", [$"{value}"]);
    }

    private sealed class Own : IValidatableObject
    {
        public string? Name { get; set; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => [new($"{Phone} is bad", [Phone, nameof(Name)])];
    }
}
