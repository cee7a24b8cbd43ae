using System.Text;
using Wappa.Caching.Redis.Layering;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>The keys of entries and tags are read back; the others of that store stand for nothing.</summary>
public sealed class EntryKeyReaderTests
{
    [Theory]
    [InlineData(false, "chat:v1:1", EntryKeyKind.Entry, "chat:v1:1")]
    [InlineData(false, "{chat}", EntryKeyKind.Entry, "{chat}")]
    [InlineData(false, "%%load:x", EntryKeyKind.Entry, "%load:x")]
    [InlineData(false, "%%", EntryKeyKind.Entry, "%")]
    [InlineData(false, "%tag:%x", EntryKeyKind.Tag, "%x")]
    [InlineData(false, "%load:chat:v1:1", EntryKeyKind.None, "")]
    [InlineData(false, "%fences", EntryKeyKind.None, "")]
    [InlineData(false, "%", EntryKeyKind.None, "")]
    [InlineData(false, "", EntryKeyKind.None, "")]
    [InlineData(true, "{chat:v1:1}", EntryKeyKind.Entry, "chat:v1:1")]
    [InlineData(true, "{{a}b}", EntryKeyKind.Entry, "{a}b")]
    [InlineData(true, "{%tag:x}", EntryKeyKind.Entry, "%tag:x")]
    [InlineData(true, "%b:{%}}x", EntryKeyKind.Entry, "}x")]
    [InlineData(true, "%tag:x", EntryKeyKind.Tag, "x")]
    [InlineData(true, "%load:{chat:v1:1}", EntryKeyKind.None, "")]
    [InlineData(true, "{}", EntryKeyKind.None, "")]
    [InlineData(true, "{", EntryKeyKind.None, "")]
    [InlineData(true, "chat:v1:1", EntryKeyKind.None, "")]
    public void Read_KeyOfTheStore_IsWhatItStandsFor(bool isCluster, string key, object kind, string name)
    {
        foreach (var prefix in (string[])["", "app:", "%"])
        {
            new EntryKeyReader(prefix, isCluster).Read(Encoding.UTF8.GetBytes(prefix + key), out var read).ShouldBe((EntryKeyKind)kind);
            read.ShouldBe(name);
        }

        new EntryKeyReader("another:", isCluster).Read(Encoding.UTF8.GetBytes(key), out _).ShouldBe(EntryKeyKind.None);
    }
}
