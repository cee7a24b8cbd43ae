namespace Wappa.Caching.Tests.Strategies;

/// <summary>A cache stays within its namespace: elsewhere clearing one wipes queues and sessions.</summary>
public sealed class NamespaceTests : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Theory, InlineData("chat", "chatroom"), InlineData("a", "a:b"), InlineData("a*", "ab"), InlineData("a%", "a%25")]
    public async Task ClearAsync_OneNamespace_LeavesEveryOther(string mine, string other)
    {
        var cache = new Aside<int>(_desk.Context, ns: mine);
        var neighbour = new Aside<int>(_desk.Context, ns: other);
        for (var i = 0; i < 3; i++)
        {
            await cache.SetAsync(["key", i], i);
            await neighbour.SetAsync(["key", i], i);
        }

        await new Aside<int>(_desk.Context, ns: mine, version: 2).SetAsync(["key"], 1);
        (await cache.ClearAsync()).ShouldBe(4); // of every version
        (await cache.TryGetAsync(["key", 0])).IsHit.ShouldBeFalse();
        (await neighbour.TryGetAsync(["key", 0])).IsHit.ShouldBeTrue();
        (await neighbour.ClearAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task NewVersion_OldEntries_AreNotSeenAnyMore()
    {
        await new Aside<int>(_desk.Context).SetAsync(["key"], 1);
        var next = new Aside<int>(_desk.Context, version: 2);
        next.Version.ShouldBe(2);
        (await next.TryGetAsync(["key"])).IsHit.ShouldBeFalse();
        await next.SetAsync(["key"], 2);
        (await _desk.Store.GetAsync("chat:v2:key")).ShouldNotBeNull();
        (await new Aside<int>(_desk.Context).GetAsync(["key"])).ShouldBe(1);
    }

    [Fact]
    public async Task DeleteAsync_ThereOrNot_SaysWhich()
    {
        var cache = new Aside<int>(_desk.Context);
        await cache.SetAsync(["key"], 1);
        (await cache.DeleteAsync(["key"])).ShouldBeTrue();
        (await cache.DeleteAsync(["key"])).ShouldBeFalse();
        await cache.InvalidateAsync(["key"]);
    }

    [Fact]
    public async Task GetManyAsync_SomeThere_AnswersInOrder()
    {
        var cache = new Aside<int>(_desk.Context);
        await cache.SetManyAsync([new(["key", 1], 1), new(["key", 3], 3)], ttl: TimeSpan.FromMinutes(1));
        var found = await cache.GetManyAsync([["key", 1], ["key", 2], ["key", 3]]);
        found.Select(one => one.GetValueOrDefault(-1)).ShouldBe([1, -1, 3]);
        _desk.Time.Advance(TimeSpan.FromMinutes(1));
        (await cache.GetManyAsync([["key", 1]]))[0].IsHit.ShouldBeFalse();
        (await cache.GetManyAsync([])).ShouldBeEmpty();
    }

    [Fact]
    public void Constructor_WhatCannotBe_IsNamed()
    {
        Should.Throw<ArgumentException>(() => new Aside<int>(_desk.Context, ns: ""));
        Should.Throw<ArgumentException>(() => new Aside<int>(_desk.Context, ns: "a\nb"));
        Should.Throw<ArgumentOutOfRangeException>(() => new Aside<int>(_desk.Context, version: 0));
        Should.Throw<ArgumentNullException>(() => new Aside<int>(null!));
        Should.Throw<ArgumentException>(() => new Aside<int>(_desk.Context, new() { EagerRefresh = 0.5 })).Message.ShouldContain("EagerRefresh");
    }
}
