using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>A value that breaks the validation attributes of its type, or of what it holds, is refused and nothing of
/// it is stored.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordValidationConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private static readonly Dictionary<string, object> Broken = new()
    {
        ["an attribute of a parameter"] = new Pizza("", 1),
        ["a range of a parameter"] = new Pizza("large", 0),
        ["an attribute of a property"] = new Customer { Name = null },
        ["a rule of its own"] = new Booking(5, 3),
        ["a rule of what it holds"] = new { pizza = new Pizza("", 1) },
        ["a rule of an item"] = new { pizzas = new List<Pizza> { new("large", 1), new("", 1) } },
        ["a rule of an immutable item"] = new Menu([new("", 1)], null),
        ["a rule of a value under a name"] = new Dictionary<string, Pizza> { ["a"] = new("", 1) },
        ["a rule of an inherited property"] = new LoyalCustomer { Name = "", Points = 1 },
        ["a rule behind an interface"] = new { item = (IItem)new Pizza("", 1) },
        ["a rule behind an object"] = new Dictionary<string, object> { ["a"] = new Pizza("", 1) },
        ["a rule deep inside"] = new { a = new { b = new { c = new[] { new Customer { Name = "" } } } } },
    };

    private interface IItem
    {
        string Size { get; }
    }

    /// <summary>Where a rule may be broken.</summary>
    public static TheoryData<string> Places => [.. Broken.Keys];

    [Theory, MemberData(nameof(Places))]
    public async Task Write_BreaksARule_StoresNothing(string place)
    {
        var error = await Should.ThrowAsync<CacheValidationException>(async () =>
            await Me.State.SetAsync("r", Broken[place]));
        error.Failures.ShouldNotBeEmpty();
        await Should.ThrowAsync<CacheValidationException>(async () =>
            await Me.State.SetFieldAsync("r", "f", Broken[place]));

        (await Me.State.ExistsAsync("r")).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task EveryWrite_BreaksARule_StoresNothing(RecordKind kind)
    {
        await Records(kind).SetAsync("r", new Pizza("large", 1));
        var revision = (await Records(kind).TryGetAsync<Pizza>("r")).Revision;
        var bad = new Pizza("", 99);

        Func<Task>[] writes =
        [
            async () => await Records(kind).SetAsync("r", bad),
            async () => await Records(kind).MergeAsync("r", bad),
            async () => await Records(kind).SetFieldAsync("r", "inner", bad),
            async () => await Records(kind)
                .SetFieldsAsync("r", new Dictionary<string, object?> { ["ok"] = 1, ["inner"] = bad }),
            async () => await Records(kind).AppendToListAsync("r", "list", bad),
            async () => await Records(kind).CreateIfAbsentAsync("new", bad),
            async () => await Records(kind).ReplaceIfAsync("r", bad, revision),
            async () => await Records(kind).UpdateAsync<Pizza>("r", _ => bad),
            async () => await Records(kind).SetManyAsync<Pizza>([new("new", new("small", 1)), new("r", bad)]),
        ];
        foreach (var write in writes) await write.ShouldThrowAsync<CacheValidationException>();

        (await Records(kind).TryGetAsync<Pizza>("r")).Revision.ShouldBe(revision);
        (await Records(kind).GetAsync<Pizza>("r")).ShouldBe(new Pizza("large", 1));
        (await Records(kind).ExistsAsync("new")).ShouldBeFalse();
    }

    [Fact]
    public async Task Write_BreaksSeveralRules_NamesThemAll()
    {
        var error = await Should.ThrowAsync<CacheValidationException>(async () =>
            await Me.State.SetAsync("r", new Pizza("", 99)));

        error.Failures.SelectMany(failure => failure.MemberNames).ShouldBe(["Size", "Quantity"], ignoreOrder: true);
        error.Message.ShouldContain("Pizza");
    }

    [Fact]
    public async Task Write_KeepsTheRules_IsStored()
    {
        await Me.State.SetAsync("pizza", new Pizza("large", 10));
        await Me.State.SetAsync("customer", new LoyalCustomer { Name = "ann", Points = 1 });
        await Me.State.SetAsync("booking", new Booking(3, 5));
        await Me.State.SetAsync("menu", new Menu([new("large", 1)], "today"));
        await Me.State.SetAsync("none", new { pizza = (Pizza?)null, pizzas = new Pizza?[] { null } });

        (await Me.State.GetAsync<Pizza>("pizza")).ShouldBe(new Pizza("large", 10));
        (await Me.State.GetAsync<Booking>("booking")).ShouldBe(new Booking(3, 5));
    }

    [Fact]
    public async Task Write_AListThatWasNeverSet_IsStoredAsNull()
    {
        await Me.State.SetAsync("menu", new Menu(default, null));

        (await Me.State.GetAsync("menu")).ShouldBeJson("""{"pizzas":null,"title":null}""");
        (await Me.State.GetAsync<Menu>("menu"))!.Pizzas.IsDefault.ShouldBeTrue();
    }

    private sealed record Pizza([Required] string Size, [property: Range(1, 10)] int Quantity) : IItem;

    private sealed record Menu(ImmutableArray<Pizza> Pizzas, string? Title);

    private class Customer
    {
        [Required]
        public string? Name { get; set; }
    }

    private sealed class LoyalCustomer : Customer
    {
        [Range(0, 100)]
        public int Points { get; set; }
    }

    private sealed record Booking(int From, int To) : IValidatableObject
    {
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (From > To) yield return new("From is after To.", [nameof(From)]);
        }
    }
}
