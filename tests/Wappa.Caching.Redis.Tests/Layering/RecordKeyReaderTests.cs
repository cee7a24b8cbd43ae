using System.Text;
using Wappa.Caching.Redis.Layering;
using Wappa.Caching.Redis.Records;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Whatever key a record has, it is read back; nothing else is taken for one.</summary>
public sealed class RecordKeyReaderTests
{
    private static readonly string[] Names =
        ["hotel123", "a:b", "50%", "%25", "%7B", "{x}", "}", "*?[]\\", "ünï ✓", "profile", "user", "state", "df", "pkid", "%names", "}:"];

    public static TheoryData<bool, string> Layouts => new()
    {
        { false, "" }, { false, "app:" }, { true, "" }, { true, "app:" },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void TryRead_KeyOfARecord_IsThatRecord(bool isCluster, string prefix)
    {
        var options = new RecordStoreOptions { KeyPrefix = prefix };
        var (layout, reader) = (new RecordLayout(options, isCluster), new RecordKeyReader(options, isCluster));
        foreach (var key in AllKeys())
        {
            reader.TryRead(Encoding.UTF8.GetBytes(layout.KeyOf(key)), out var read).ShouldBeTrue($"{layout.KeyOf(key)}");
            read.ShouldBe(key);
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void TryRead_KeyOfAnIndex_IsNoRecord(bool isCluster, string prefix)
    {
        var options = new RecordStoreOptions { KeyPrefix = prefix };
        var (layout, reader) = (new RecordLayout(options, isCluster), new RecordKeyReader(options, isCluster));
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            foreach (var owner in Names)
                reader.TryRead(Encoding.UTF8.GetBytes(layout.NamesOf(kind, "hotel123", owner)), out _).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryRead_KeyOfSomebodyElse_IsNoRecord(bool isCluster)
    {
        var reader = new RecordKeyReader(new RecordStoreOptions { KeyPrefix = "app:" }, isCluster);
        foreach (var key in (string[])["", "x", "app:", "app:{", "app:{}:", "app:a:b", "other:hotel123:user:1", "app:%tag:x", "app:::::", "app:{a}:{b}"])
            reader.TryRead(Encoding.UTF8.GetBytes(key), out _).ShouldBeFalse(key);
        reader.TryRead([.. "app:"u8, 0xff, 0xfe, .. ":user:1"u8], out _); // no text: whatever it says, it does not throw
        reader.TryRead(new byte[100_000], out _).ShouldBeFalse();
    }

    private static IEnumerable<RecordKey> AllKeys()
    {
        foreach (var (one, other) in Names.SelectMany(one => Names.Select(other => (one, other))))
        {
            yield return RecordKey.User(one, other);
            yield return RecordKey.User("hotel123", one, other);
            yield return RecordKey.State("hotel123", one, other);
            yield return RecordKey.Table("hotel123", TableKey.Row(one, other));
            yield return RecordKey.Table(one, TableKey.Table(other));
        }
    }
}
