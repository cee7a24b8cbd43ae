using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Wappa.Caching.Tests.Documents;

public sealed class ValidationGraphTests
{
    // More than any walk that looks at each object once; a walk of every path would go on for ever.
    private const int ManyReads = 1_000;

    [Fact]
    public void Write_ParentAndChildrenKnowEachOther_LooksAtEachOnce()
    {
        var parent = new Parent("p");
        parent.Children.AddRange(Enumerable.Range(0, 4).Select(number => new Child($"{number}", parent)));

        Text(parent).ShouldBe("""{"name":"p","children":[{"name":"0"},{"name":"1"},{"name":"2"},{"name":"3"}]}""");

        parent.Children[3] = new Child("", parent);
        Broken(parent).ShouldBe(["Name"]);
    }

    [Fact]
    public void Write_ManyPathsToOneObject_LooksAtItOnce()
    {
        var reads = new Counter();
        var node = new Node("leaf", null, null, reads);
        for (var level = 0; level < 40; level++) node = new Node("inner", node, node, reads);

        Should.Throw<CacheValidationException>(() => CacheSerializer.Default.ToDocument(new { bad = new Rule(""), node }));

        reads.Value.ShouldBeLessThan(ManyReads);
    }

    [Fact]
    public void Write_ACycleThatWouldBeWritten_IsRefusedByTheSerializer()
    {
        var open = new Cycle { Name = "x" };
        open.Others = [open, open];

        Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(open));
        open.Name = "";
        Should.Throw<CacheValidationException>(() => CacheSerializer.Default.ToDocument(open));
    }

    [Fact]
    public void Write_ARuleFortyDictionariesDeep_IsChecked()
    {
        object value = new Rule("");
        for (var level = 0; level < 40; level++) value = new Dictionary<string, object> { ["a"] = value };

        Broken(value).ShouldBe(["Size"]);
    }

    [Fact]
    public void Write_ARuleOfTheClass_IsChecked()
    {
        Broken(new Stay(3, 1)).ShouldBe(["To"]);
        Broken(new { stay = new Stay(3, 1) }).ShouldBe(["To"]);
        Text(new Stay(1, 3)).ShouldBe("""{"from":1,"to":3}""");
    }

    [Fact]
    public void Write_AParameterWrittenInAnotherCase_CarriesItsRules() => Broken(new Cased("")).ShouldBe(["Size"]);

    [Fact]
    public void Write_AParameterOfTheParentRecord_CarriesItsRules() => Broken(new Derived("", 1)).ShouldBe(["Size"]);

    [Fact]
    public void Write_MembersThatAreIncluded_CarryTheirRules()
    {
        Broken(new Included("", "x")).ShouldBe(["Field"]);
        Broken(new Included("x", "")).ShouldBe(["Hidden"]);
        Broken(new InheritsIncluded()).ShouldBe(["Field", "Hidden"], ignoreOrder: true);
    }

    [Fact]
    public void Write_ItemsOfACollectionOfOnesOwn_AreChecked()
    {
        Broken(new { rules = new Rules { new("") } }).ShouldBe(["Size"]);
        Broken(new { lookup = new Named<int> { ["a"] = new("") } }).ShouldBe(["Size"]);
        Broken(new { set = ImmutableHashSet.Create(new Rule("")) }).ShouldBe(["Size"]);
    }

    [Fact]
    public void Write_ALazySequence_RunsOnce()
    {
        var runs = 0;
        IEnumerable<Rule> Lazy()
        {
            runs++;
            yield return new Rule("x");
        }

        Text(new { rules = Lazy() }).ShouldBe("""{"rules":[{"size":"x"}]}""");
        runs.ShouldBe(1);
    }

    [Fact]
    public void Write_AGetterThatThrows_IsASerializationError()
    {
        foreach (var value in (object[])[new Throwing(), new ThrowingRule("x"), new ThrowingOwn()])
        {
            var error = Should.Throw<CacheSerializationException>(() => CacheSerializer.Default.ToDocument(value));
            error.InnerException.ShouldBeOfType<FormatException>();
            error.Message.ShouldContain(nameof(FormatException));
            error.Message.ShouldNotContain("4917");
        }

        Should.Throw<OperationCanceledException>(() => CacheSerializer.Default.ToDocument(new Canceling()));
    }

    [Fact]
    public void Write_ARuleThatThrowsValidationException_IsBroken() =>
        Should.Throw<CacheValidationException>(() => CacheSerializer.Default.ToDocument(new Refusing()))
            .Failures.ShouldHaveSingleItem().ErrorMessage.ShouldBe("no 4917012345");

    [Fact]
    public void Write_AnIgnoredMember_IsNotLookedInto() =>
        Text(new Ignoring { Name = "x" }).ShouldBe("""{"name":"x"}""");

    private static string Text<T>(T value) => CacheSerializer.Default.ToDocument(value).ToString();

    private static string[] Broken<T>(T value) => [.. Should.Throw<CacheValidationException>(
        () => CacheSerializer.Default.ToDocument(value)).Failures.SelectMany(failure => failure.MemberNames)];

    private sealed class Counter
    {
        internal int Value { get; set; }
    }

    private sealed record Rule([Required] string Size);

    private sealed record Parent([Required] string Name)
    {
        public List<Child> Children { get; } = [];
    }

    private sealed record Child([Required] string Name, [property: JsonIgnore] Parent Parent);

    private sealed class Node(string name, Node? left, Node? right, Counter reads)
    {
        [Required]
        public string Name => ++reads.Value > ManyReads ? throw new InvalidOperationException("Too many reads.") : name;

        public Node? Left { get; } = left;

        public Node? Right { get; } = right;
    }

    private sealed class Cycle
    {
        [Required]
        public string? Name { get; set; }

        public List<Cycle> Others { get; set; } = [];
    }

    [ToAfterFrom]
    private sealed record Stay(int From, int To);

    private sealed class ToAfterFromAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            value is Stay stay && stay.From > stay.To ? new("To is before From.", [nameof(Stay.To)]) : ValidationResult.Success;
    }

    private sealed class Cased([Required] string size)
    {
        public string Size { get; } = size;
    }

    private record Sized([Required] string Size);

    private sealed record Derived(string Size, int Number) : Sized(Size);

    private class Included(string field, string hidden)
    {
        [JsonInclude, Required]
        public readonly string Field = field;

        [JsonInclude, Required]
        private string Hidden { get; } = hidden;
    }

    private sealed class InheritsIncluded() : Included("", "");

    private sealed class Rules : Collection;

    private class Collection : List<Rule>;

    private sealed class Named<TUnrelated> : Dictionary<string, Rule>;

    private sealed class Throwing
    {
        public Rule Rule => throw new FormatException("4917012345");
    }

    private sealed record ThrowingRule([property: Thrower] string Name);

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class ThrowerAttribute : ValidationAttribute
    {
        public override bool IsValid(object? value) => throw new FormatException("4917012345");
    }

    private sealed class ThrowingOwn : IValidatableObject
    {
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => throw new FormatException("4917012345");
    }

    private sealed class Canceling
    {
        public Rule Rule => throw new OperationCanceledException();
    }

    private sealed class Refusing : IValidatableObject
    {
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => throw new ValidationException("no 4917012345");
    }

    private sealed class Ignoring
    {
        [Required]
        public string? Name { get; set; }

        [JsonIgnore]
        public Rule Broken => throw new InvalidOperationException("Not to be read.");
    }
}
