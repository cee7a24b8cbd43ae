using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Testing;

namespace Wappa.Caching.AspNetCore.Tests.OutputCaching;

/// <summary>The contract of the store, called as the middleware calls it.</summary>
public sealed class OutputCacheStoreTests : IAsyncDisposable
{
    // The middleware parts its keys with these.
    private const string Key = "GET\u001eHTTP\u001eEXAMPLE.ORG:80\u001f/USERS\u001fQ\u001eA:B%";

    private readonly ManualTimeProvider _time = new();
    private readonly ServiceProvider _app;

    public OutputCacheStoreTests() => _app = new ServiceCollection()
        .AddSingleton<TimeProvider>(_time)
        .AddOutputCache()
        .AddWappaOutputCacheStore()
        .BuildServiceProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IOutputCacheBufferStore Store => (IOutputCacheBufferStore)_app.GetServices<IOutputCacheStore>().ShouldHaveSingleItem();

    private ICacheStore Entries => _app.GetRequiredService<ICacheStore>();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Set_Bytes_AreReadBackAsACopyUntilTheyExpire()
    {
        byte[] value = [1, 2, 3];
        await Store.SetAsync(Key, value, ["users"], TimeSpan.FromSeconds(10), Ct);
        value[0] = 9;

        var read = (await Store.GetAsync(Key, Ct)).ShouldNotBeNull();
        read.ShouldBe([1, 2, 3]);
        read[0] = 9;
        (await Store.GetAsync(Key, Ct)).ShouldBe([1, 2, 3]);

        _time.Advance(TimeSpan.FromSeconds(10));
        (await Store.GetAsync(Key, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Set_ManyPieces_AreReadIntoAWriterThatNobodyReadsYet()
    {
        var value = new byte[300_000];
        Random.Shared.NextBytes(value);
        await Store.SetAsync(Key, Pieces(value, 4096), new[] { "users" }, TimeSpan.FromSeconds(10), Ct);

        var pipe = new Pipe(); // it pauses a writer that flushes more than 65,536 bytes
        (await Store.TryGetAsync(Key, pipe.Writer, Ct)).ShouldBeTrue();
        await pipe.Writer.CompleteAsync();
        var read = await pipe.Reader.ReadAtLeastAsync(value.Length, Ct);

        read.Buffer.ToArray().ShouldBe(value);
        (await Store.TryGetAsync("other", pipe.Writer, Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task Set_ABufferThatIsUsedAgain_KeepsWhatItWas()
    {
        var buffer = new byte[] { 1, 2, 3, 4 };
        var tags = new[] { "users", "not mine" };
        await Store.SetAsync(Key, new ReadOnlySequence<byte>(buffer, 0, 3), tags.AsMemory(0, 1), TimeSpan.FromSeconds(10), Ct);
        buffer.AsSpan().Clear();
        tags.AsSpan().Clear();

        (await Store.GetAsync(Key, Ct)).ShouldBe([1, 2, 3]);
        (await Entries.GetAsync("output:v1:" + Key, Ct))!.Tags.ShouldBe(["users"]);
    }

    [Fact]
    public async Task EvictByTag_RemovesWhatCarriesIt()
    {
        await Store.SetAsync("one", [1], ["users", "all"], TimeSpan.FromSeconds(10), Ct);
        await Store.SetAsync("two", [2], ["users"], TimeSpan.FromSeconds(10), Ct);
        await Store.SetAsync("three", [3], null, TimeSpan.FromSeconds(10), Ct);

        await Store.EvictByTagAsync("users", Ct);
        await Store.EvictByTagAsync("nobody", Ct);

        (await Store.GetAsync("one", Ct)).ShouldBeNull();
        (await Store.GetAsync("two", Ct)).ShouldBeNull();
        (await Store.GetAsync("three", Ct)).ShouldBe([3]);
    }

    [Fact]
    public async Task Set_ValidForNoTime_RemovesWhatWasThere()
    {
        await Store.SetAsync(Key, [1], null, TimeSpan.FromSeconds(10), Ct);

        await Store.SetAsync(Key, [2], null, TimeSpan.Zero, Ct);

        (await Store.GetAsync(Key, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Clear_OfTheNamespace_RemovesResponsesOnly()
    {
        await Store.SetAsync(Key, [1], null, TimeSpan.FromSeconds(10), Ct);
        await Entries.SetAsync("chat:v1:1", new CacheEntry(new byte[] { 1 }), Ct);

        (await _app.GetRequiredService<CacheManager>().ClearNamespaceAsync("output", Ct)).ShouldBe(1);

        (await Entries.GetAsync("chat:v1:1", Ct)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Namespace_ThatIsNoName_IsRefused()
    {
        await using var app = new ServiceCollection().AddWappaOutputCacheStore(options => options.Namespace = "").BuildServiceProvider();

        Should.Throw<Exception>(app.GetRequiredService<IOutputCacheStore>).Message.ShouldContain("WappaOutputCacheOptions.Namespace");
    }

    private static ReadOnlySequence<byte> Pieces(byte[] value, int size)
    {
        var first = new Piece(value.AsMemory(0, size), null);
        var last = first;
        for (var at = size; at < value.Length; at += size) last = new Piece(value.AsMemory(at, Math.Min(size, value.Length - at)), last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
