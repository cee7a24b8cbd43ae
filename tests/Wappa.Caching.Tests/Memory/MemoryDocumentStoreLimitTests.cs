using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

/// <summary>A full store refuses and changes nothing; records are data and are never evicted.</summary>
public class MemoryDocumentStoreLimitTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly IStateCache _state;

    public MemoryDocumentStoreLimitTests()
    {
        var store = new MemoryDocumentStore(new MemoryStoreOptions { MaxRecords = 2 }, time: _time);
        _state = CacheFactory.Over(store).ForUser("t", "u").State;
    }

    [Fact]
    public async Task SetMany_BeyondTheLimit_ChangesNothing()
    {
        await _state.SetAsync("a", new { n = 1 });

        await Should.ThrowAsync<CacheLimitException>(async () =>
            await _state.SetManyAsync(new Dictionary<string, object> { ["b"] = new { n = 2 }, ["c"] = new { n = 3 } }));

        (await _state.ExistsAsync("b")).ShouldBeFalse();
        await _state.SetAsync("b", new { n = 2 }); // the room is still there
    }

    [Fact]
    public async Task Set_OfWhatExists_IsAlwaysPossible()
    {
        await _state.SetManyAsync(new Dictionary<string, object> { ["a"] = new { }, ["b"] = new { } });

        await _state.SetAsync("a", new { n = 9 });
        await Should.ThrowAsync<CacheLimitException>(async () => await _state.SetAsync("c", new { }));
        await _state.DeleteAsync("b");
        await _state.SetAsync("c", new { });
    }

    [Fact]
    public async Task Set_AfterExpiredRecordsWereReclaimed_FindsRoom()
    {
        await _state.SetAsync("a", new { }, TimeSpan.FromSeconds(1));
        await _state.SetAsync("b", new { }, TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(3));

        await _state.SetAsync("c", new { });
        await _state.SetAsync("d", new { });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Constructor_RecordLimitThatCannotWork_IsRefused(int bytes) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new MemoryDocumentStore(maxRecordBytes: bytes));
}
