using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Tests.Administration;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Adapters.Hybrid;

/// <summary>What users of the usual HybridCache suffer from, each as a test that it does not happen here.</summary>
public sealed class HybridCachePainTests
{
    [Theory]
    [InlineData("set")]
    [InlineData("remove")]
    [InlineData("tag")]
    [InlineData("all")]
    [InlineData("manager tag")]
    [InlineData("manager namespace")]
    public async Task Invalidation_WhileAFactoryRuns_IsNotLostToItsOlderValue(string how)
    {
        await using var node = new HybridNode();
        var old = new GatedFactory<string>("old");
        var loading = node.Cache.GetOrCreateAsync("k", old.RunAsync, tags: ["t"]);
        await old.Started.Task;
        switch (how)
        {
            case "set": await node.Cache.SetAsync("k", "new"); break;
            case "remove": await node.Cache.RemoveAsync("k"); break;
            case "tag": await node.Cache.RemoveByTagAsync("t"); break;
            case "manager tag": await node.Services.GetRequiredService<CacheManager>().InvalidateTagAsync("t"); break;
            case "manager namespace": await node.Services.GetRequiredService<CacheManager>().ClearNamespaceAsync("hybrid"); break;
            default: await node.Cache.RemoveByTagAsync("*"); break;
        }

        // Who asks after the change does not join the load that began before it.
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult("new"))).ShouldBe("new");
        old.LetGo();
        (await loading).ShouldBe("old"); // for those who waited already
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult("newer"))).ShouldBe("new");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Invalidation_OnAnotherNode_IsSeenHereAndBeatsAFactoryHere(bool byTag)
    {
        using var shared = new CarelessStore();
        await using var here = new HybridNode(shared);
        await using var there = new HybridNode(shared);
        await here.Cache.RemoveByTagAsync("t"); // this node has seen the tag before
        await here.Cache.SetAsync("k", "old", tags: ["t"]);
        (await there.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult("x"))).ShouldBe("old");
        var old = new GatedFactory<string>("old");
        var loading = here.Cache.GetOrCreateAsync("k2", old.RunAsync, tags: ["t"]);
        await old.Started.Task;

        if (byTag) await there.Cache.RemoveByTagAsync("t");
        else await there.Cache.RemoveAsync(["k", "k2"]);

        old.LetGo();
        await loading;
        (await here.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult("new"))).ShouldBe("new");
        (await here.Cache.GetOrCreateAsync("k2", _ => ValueTask.FromResult("new"))).ShouldBe("new");
    }

    [Fact]
    public async Task DerivedType_StoredAsItsBase_IsRefusedInsteadOfSliced()
    {
        await using var node = new HybridNode();
        var error = await Should.ThrowAsync<CacheSerializationException>(
            async () => await node.Cache.GetOrCreateAsync<Animal>("k", _ => new(new Dog("Rex", "Collie"))));
        error.Message.ShouldContain("JsonDerivedType");
        await Should.ThrowAsync<CacheSerializationException>(async () => await node.Cache.SetAsync<Animal>("k", new Dog("Rex", "Collie")));
    }

    [Fact]
    public async Task DerivedType_NamedOnItsBase_ComesBackWhole()
    {
        await using var node = new HybridNode();
        for (var i = 0; i < 2; i++)
        {
            (await node.Cache.GetOrCreateAsync<Shape>("k", _ => new(new Circle("c", 2)))).ShouldBe(new Circle("c", 2));
        }
    }

    [Fact]
    public async Task InterfaceType_OfAnObject_IsRefusedAtTheFirstCallWithTheWayOut()
    {
        await using var node = new HybridNode();
        (await Should.ThrowAsync<CacheSerializationException>(
            async () => await node.Cache.GetOrCreateAsync<INamed>("k", _ => new(new Animal("Rex"))))).Message.ShouldContain("INamed");
    }

    [Fact]
    public async Task InterfaceType_OfACollection_IsCached()
    {
        await using var node = new HybridNode();
        for (var i = 0; i < 2; i++)
        {
            (await node.Cache.GetOrCreateAsync<IReadOnlyList<string>>("k", _ => new(i == 0 ? ["a", "b"] : []))).ShouldBe(["a", "b"]);
        }
    }

    [Fact]
    public async Task Key_LongOrWithControlCharactersOrEmpty_IsCachedAndNotBypassed()
    {
        await using var node = new HybridNode();
        foreach (var key in new[] { new string('k', 2_000), new string('k', 100_000), "a\nb", "\0", "", " " })
        {
            (await node.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult(1))).ShouldBe(1);
            (await node.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult(2))).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Value_OfThreeMegabytes_IsCachedAndNotBypassed()
    {
        await using var node = new HybridNode();
        var value = new string('v', 3 << 20);
        await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(value));
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(""))).Length.ShouldBe(3 << 20);
    }

    [Fact]
    public async Task Cancellation_OfWhoStartedTheFactory_DoesNotFailWhoWaits()
    {
        await using var node = new HybridNode();
        var factory = new GatedFactory<string>("v");
        using var first = new CancellationTokenSource();
        var starter = node.Cache.GetOrCreateAsync("k", factory.RunAsync, cancellationToken: first.Token).AsTask();
        await factory.Started.Task;
        var second = node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult("again")).AsTask();
        await first.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(starter);
        factory.Token.IsCancellationRequested.ShouldBeFalse();
        factory.LetGo();
        (await second).ShouldBe("v");
        factory.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Cancellation_OfTheLastWhoWaits_CancelsTheFactory()
    {
        await using var node = new HybridNode();
        var factory = new GatedFactory<string>("v");
        using var cancel = new CancellationTokenSource();
        var only = node.Cache.GetOrCreateAsync("k", factory.RunAsync, cancellationToken: cancel.Token).AsTask();
        await factory.Started.Task;
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = factory.Token.Register(told.SetResult);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(only);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AsyncLocal_InTheFactory_FlowsWithAndWithoutAToken(bool cancellable)
    {
        await using var node = new HybridNode();
        var local = new AsyncLocal<string> { Value = "tenant" };
        using var cancel = new CancellationTokenSource();
        (await node.Cache.GetOrCreateAsync(
            "k", _ => ValueTask.FromResult(local.Value), cancellationToken: cancellable ? cancel.Token : CancellationToken.None)).ShouldBe("tenant");
    }

    [Fact]
    public async Task Probe_WhileOthersAsk_IsNotWhatTheyGet()
    {
        using var shared = new CarelessStore();
        await using var node = new HybridNode(shared);
        var probe = new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableUnderlyingData };
        var probes = Enumerable.Range(0, 50).Select(_ => node.Cache.GetOrCreateAsync<string?>("k", _ => new("never"), probe).AsTask()).ToArray();
        var asked = Enumerable.Range(0, 50).Select(_ => node.Cache.GetOrCreateAsync<string?>("k", _ => new("v")).AsTask()).ToArray();
        (await Task.WhenAll(asked)).ShouldAllBe(value => value == "v");
        (await Task.WhenAll(probes)).ShouldAllBe(value => value == null || value == "v");
    }

    [Fact]
    public async Task Factory_ThatNeverReturns_FreesItsKeyAtTheHardTimeout()
    {
        await using var node = new HybridNode(policy: CacheEntryPolicy.Default with { HardTimeout = TimeSpan.FromSeconds(3) });
        var hung = new GatedFactory<string>("late");
        var waiting = node.Cache.GetOrCreateAsync("k", hung.RunAsync).AsTask();
        await hung.Started.Task;
        node.Clock.Advance(TimeSpan.FromSeconds(3));
        await Should.ThrowAsync<CacheLoadTimeoutException>(waiting);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult("v"))).ShouldBe("v");
    }

    [Fact]
    public async Task Factory_ThatAsksForItsOwnKey_ThrowsInsteadOfHanging()
    {
        await using var node = new HybridNode();
        await Should.ThrowAsync<InvalidOperationException>(async () => await node.Cache.GetOrCreateAsync(
            "k", async token => await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(1), cancellationToken: token)));
    }

    [Fact]
    public async Task Source_ThatFailsAfterExpiry_IsCoveredByTheStaleValueIfThePolicySaysSo()
    {
        await using var node = new HybridNode(policy: CacheEntryPolicy.Default with
        {
            Ttl = TimeSpan.FromMinutes(5), StaleIfError = TimeSpan.FromHours(1),
        });
        await node.Cache.SetAsync("k", "kept");
        node.Clock.Advance(TimeSpan.FromMinutes(6));
        (await node.Cache.GetOrCreateAsync<string>("k", _ => throw new TimeoutException())).ShouldBe("kept");
    }

    [Fact]
    public async Task Store_ThatIsABlackHole_DoesNotHoldUpTheCaller()
    {
        using var hole = new GatedStore { HangOn = "get" };
        await using var node = new HybridNode(hole);
        var asked = node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult("v")).AsTask();
        await hole.Hanging.Task;
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        (await asked.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("v");
    }

    [Fact]
    public async Task Store_ThatFails_SaysSoOnSetAsOnRemoveAndNotOnRead()
    {
        using var store = new GatedStore { FailOn = "set" };
        await using var node = new HybridNode(store);
        await Should.ThrowAsync<CacheStoreException>(async () => await node.Cache.SetAsync("k", 1));
        store.FailOn = "remove";
        await Should.ThrowAsync<CacheStoreException>(async () => await node.Cache.RemoveAsync("k"));
        store.FailOn = "get";
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(2))).ShouldBe(2);
    }

    [Fact]
    public async Task Misses_TwoHundredAtOnce_AreOneFactory()
    {
        await using var node = new HybridNode();
        var factory = new GatedFactory<string>("v");
        var asked = Enumerable.Range(0, 200).Select(_ => node.Cache.GetOrCreateAsync("k", factory.RunAsync).AsTask()).ToArray();
        await factory.Started.Task;
        factory.LetGo();
        (await Task.WhenAll(asked)).ShouldAllBe(value => value == "v");
        factory.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Refresh_ByManyAtOnceWithReadsDisabled_IsOneFactory()
    {
        await using var node = new HybridNode();
        await node.Cache.SetAsync("k", "old");
        var anew = new HybridCacheEntryOptions { Flags = HybridCacheEntryFlags.DisableLocalCacheRead };
        var factory = new GatedFactory<string>("new");
        var asked = Enumerable.Range(0, 100).Select(_ => node.Cache.GetOrCreateAsync("k", factory.RunAsync, anew).AsTask()).ToArray();
        await factory.Started.Task;
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult("x"))).ShouldBe("old"); // others are not held up
        factory.LetGo();
        (await Task.WhenAll(asked)).ShouldAllBe(value => value == "new");
        factory.Calls.ShouldBe(1);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult("x"))).ShouldBe("new");
    }

    [Fact]
    public async Task MutableValue_ChangedByACaller_IsNotWhatTheNextOneGets()
    {
        await using var node = new HybridNode();
        for (var i = 0; i < 3; i++)
        {
            var list = await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(new List<int> { 1 }));
            list.ShouldBe([1]);
            list.Add(2);
        }
    }

    [Fact]
    public async Task Hit_OfAnImmutableRecordWithoutAttributes_AllocatesNothing()
    {
        await using var node = new HybridNode();
        var cache = node.Cache;
        for (var i = 0; i < 200; i++) await ReadAsync(cache);
        var first = await ReadAsync(cache);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) await ReadAsync(cache); // answered at once: this method never leaves its thread
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000); // less than one byte each
        (await ReadAsync(cache)).ShouldBeSameAs(first);

        static ValueTask<Profile> ReadAsync(HybridCache cache) => cache.GetOrCreateAsync(
            "k", 1, static (state, _) => ValueTask.FromResult(new Profile("Sarah", state, ["a"])));
    }

    public interface INamed
    {
        string Name { get; }
    }

    public record Animal(string Name) : INamed;

    public sealed record Dog(string Name, string Breed) : Animal(Name);

    [JsonDerivedType(typeof(Circle), "circle")]
    public abstract record Shape(string Id);

    public sealed record Circle(string Id, int Radius) : Shape(Id);

    public sealed record Profile(string Name, int Points, ImmutableArray<string> Tags);
}
