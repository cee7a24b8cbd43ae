using System.Text.Json.Serialization;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>What a value is when it comes back: the same on a miss, a hit, another node and after a restart.</summary>
public sealed class ValueTypeTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly Desk _desk = new();

    public interface IShape
    {
        string Name { get; }
    }

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task FetchAsync_ImmutableType_IsDeserializedOnceAndShared()
    {
        var cache = new Aside<Point>(_desk.Context);
        await cache.SetAsync(Key, new Point(1, 2));
        var first = await cache.GetAsync(Key);
        first.ShouldBe(new Point(1, 2));
        (await cache.FetchAsync(Key, _ => throw new InvalidOperationException())).ShouldBeSameAs(first);
        (await cache.TryGetAsync(Key)).Value.ShouldBeSameAs(first);
        (await cache.GetManyAsync([Key]))[0].Value.ShouldBeSameAs(first);
        await cache.SetAsync(Key, new Point(1, 2));
        (await cache.GetAsync(Key)).ShouldNotBeSameAs(first);
    }

    [Fact]
    public async Task GetAsync_MutableType_CannotBeChangedByAnotherReader()
    {
        var cache = new Aside<List<int>>(_desk.Context);
        var mine = await cache.FetchAsync(Key, _ => Task.FromResult(new List<int> { 1 }));
        mine.Add(2);
        (await cache.GetAsync(Key))!.Add(3);
        (await cache.GetAsync(Key)).ShouldBe([1]);
    }

    [Fact]
    public async Task FetchAsync_MutableTypeWithAPropertyThatIsNotWritten_MissAndHitAreAlike()
    {
        var cache = new Aside<Draft>(_desk.Context);
        var miss = await cache.FetchAsync(Key, _ => Task.FromResult(new Draft { Text = "hi", Secret = "not written" }));
        miss.Secret.ShouldBeNull(); // seen at the first call, not after the next restart
        (await cache.GetAsync(Key))!.Text.ShouldBe("hi");
    }

    [Fact]
    public async Task FetchAsync_DerivedTypeThatWouldBeSliced_FailsAtOnce()
    {
        var cache = new Aside<Thing>(_desk.Context);
        var error = await Should.ThrowAsync<CacheSerializationException>(async () =>
            await cache.FetchAsync(Key, _ => Task.FromResult<Thing>(new NamedThing { Name = "would be lost" })));
        error.Message.ShouldContain("JsonDerivedType");
        await Should.ThrowAsync<CacheSerializationException>(async () => await new Aside<IShape>(_desk.Context).SetAsync(Key, new Square(2)));
    }

    [Fact]
    public async Task FetchAsync_DerivedTypeThatIsNamed_KeepsWhatItAdds()
    {
        var cache = new Aside<Animal>(_desk.Context);
        await cache.SetAsync(Key, new Dog { Breed = "pug" });
        (await cache.GetAsync(Key)).ShouldBeOfType<Dog>().Breed.ShouldBe("pug");
    }

    [Fact]
    public async Task FetchAsync_InterfaceOfACollection_Works()
    {
        var cache = new Aside<IReadOnlyList<Point>>(_desk.Context);
        (await cache.FetchAsync(Key, _ => Task.FromResult<IReadOnlyList<Point>>([new(1, 2)]))).ShouldBe([new Point(1, 2)]);
        (await cache.GetAsync(Key)).ShouldBe([new Point(1, 2)]);
    }

    [Fact]
    public async Task FetchAsync_ValueWithoutJson_FailsAtTheFirstLoad()
    {
        var cache = new Aside<Func<int>>(_desk.Context);
        await Should.ThrowAsync<CacheSerializationException>(async () => await cache.FetchAsync(Key, _ => Task.FromResult(() => 1)));
    }

    [Fact]
    public async Task GetAsync_ValueTypes_MissIsDefaultAndTryGetTells()
    {
        var cache = new Aside<int>(_desk.Context);
        (await cache.GetAsync(Key)).ShouldBe(0);
        (await cache.TryGetAsync(Key)).IsHit.ShouldBeFalse();
        await cache.SetAsync(Key, 0);
        (await cache.TryGetAsync(Key)).TryGet(out var zero).ShouldBeTrue();
        zero.ShouldBe(0);
        Should.Throw<InvalidOperationException>(() => CacheLookup<int>.Miss.Value);
        CacheLookup<int>.Miss.GetValueOrDefault(7).ShouldBe(7);
    }

    [Fact]
    public async Task GetAsync_TwoCachesReadOneEntryAsDifferentTypes_EachGetsItsOwn()
    {
        var texts = new Aside<string>(_desk.Context);
        var ids = new Aside<Guid>(_desk.Context);
        var id = Guid.NewGuid();
        await ids.SetAsync(Key, id);
        for (var i = 0; i < 3; i++)
        {
            (await texts.GetAsync(Key)).ShouldBe($"{id}");
            (await ids.GetAsync(Key)).ShouldBe(id);
        }
    }

    [Fact]
    public void CacheEntry_WhatReadersRemember_IsNoPartOfItAndGoesWithChanges()
    {
        var entry = new CacheEntry("1"u8.ToArray());
        var same = entry with { };
        entry.Remembered = new Note();
        same.ShouldBe(entry);
        same.GetHashCode().ShouldBe(entry.GetHashCode());
        entry.ToString().ShouldNotContain("Note");
        (entry with { }).Remembered.ShouldNotBeNull();
        (entry with { Value = "2"u8.ToArray() }).Remembered.ShouldBeNull();
        (entry with { FreshFor = TimeSpan.FromSeconds(1) }).Remembered.ShouldBeNull();
        (entry with { Ttl = TimeSpan.FromSeconds(1) }).Remembered.ShouldBeNull();
        (entry with { StoredAt = DateTimeOffset.UnixEpoch }).Remembered.ShouldBeNull();
        (entry with { Tags = ["t"] }).Remembered.ShouldNotBeNull();
    }

    public sealed record Point(int X, int Y);

    public sealed record Square(int Side) : IShape
    {
        public string Name => "square";
    }

    public sealed class Draft
    {
        public string? Text { get; set; }

        [JsonIgnore]
        public string? Secret { get; set; }
    }

    public class Thing;

    public sealed class NamedThing : Thing
    {
        public string? Name { get; set; }
    }

    [JsonDerivedType(typeof(Dog), "dog")]
    public class Animal;

    public sealed class Dog : Animal
    {
        public string? Breed { get; set; }
    }

    private sealed class Note() : RememberedValue(new object());
}
