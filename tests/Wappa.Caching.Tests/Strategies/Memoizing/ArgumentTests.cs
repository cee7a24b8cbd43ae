using System.Text.Json.Serialization;

namespace Wappa.Caching.Tests.Strategies.Memoizing;

/// <summary>Arguments that JSON would lose a part of: elsewhere two of them are one key, and their callers get each other's results.</summary>
public sealed class ArgumentTests
{
    public static TheoryData<string> Slicing => ["itself", "property", "element", "interface", "field of a tuple"];

    [Theory, MemberData(nameof(Slicing))]
    public async Task InvokeAsync_DerivedTypeThatIsNotDeclared_IsRefused(string place)
    {
        var error = await Should.ThrowAsync<CacheSerializationException>(() => place switch
        {
            "itself" => AskAsync<Shape>(new Circle(1)),
            "property" => AskAsync(new Drawing("d", new Circle(1))),
            "element" => AskAsync<Shape[]>([new Circle(1)]),
            "interface" => AskAsync<IShape>(new Circle(1)),
            _ => AskAsync<(int, Shape)>((1, new Circle(1))),
        });
        error.Message.ShouldContain("Circle");
        error.Message.ShouldContain("JsonDerivedType");
    }

    [Fact]
    public async Task InvokeAsync_NothingPublic_IsRefused()
    {
        (await Should.ThrowAsync<CacheSerializationException>(() => AskAsync(new Opaque("a")))).Message.ShouldContain("public properties");
        await Should.ThrowAsync<CacheSerializationException>(() => AskAsync((1, new Opaque("a"))));
        await Should.ThrowAsync<CacheSerializationException>(() => AskAsync(new object()));
    }

    [Fact]
    public async Task InvokeAsync_DerivedTypeThatIsNamed_IsToldFromOthers()
    {
        using var names = Memoize.Create<Animal, string>((animal, _) => Task.FromResult($"{animal}"));
        foreach (var animal in new Animal[] { new Cat(1), new Cat(2), new Dog(1), new Dog(2) })
            (await names.InvokeAsync(animal)).ShouldBe($"{animal}");
    }

    [Fact]
    public async Task InvokeAsync_ObjectsOfAnyType_AreToldApartByTheirContent()
    {
        using var names = Memoize.Create<object, string>((value, _) => Task.FromResult($"{value}"));
        foreach (var value in new object[] { new Square(1), new Square(2), "text", (1, 2), 3.5 })
            (await names.InvokeAsync(value)).ShouldBe($"{value}");
    }

    [Fact]
    public async Task InvokeAsync_NothingToTellApart_IsOneArgument()
    {
        var calls = 0;
        using var once = Memoize.Create<ValueTuple, int>((_, _) => Task.FromResult(++calls));
        await once.InvokeAsync(default);
        (await once.InvokeAsync(default)).ShouldBe(1);
    }

    private static async Task AskAsync<T>(T argument)
        where T : notnull
    {
        using var function = Memoize.Create<T, int>((_, _) => Task.FromResult(1));
        await function.InvokeAsync(argument);
    }

    public interface IShape;

    public abstract record Shape : IShape;

    public sealed record Circle(int Radius) : Shape;

    public sealed record Square(int Side) : Shape;

    public sealed record Drawing(string Name, Shape Shape);

    [JsonDerivedType(typeof(Cat), "cat"), JsonDerivedType(typeof(Dog), "dog")]
    public abstract record Animal;

    public sealed record Cat(int Id) : Animal;

    public sealed record Dog(int Id) : Animal;

    public sealed class Opaque(string name)
    {
        public override string ToString() => name;
    }
}
