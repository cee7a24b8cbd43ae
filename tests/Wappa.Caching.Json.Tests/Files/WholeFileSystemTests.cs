using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Files;

/// <summary>When syncing the whole file system may stand for syncing each file: told from the kernel's list of mounts.</summary>
public sealed class WholeFileSystemTests
{
    private const string Ext4 = "30 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw";
    private const string Overlay = "31 30 0:40 / / rw,relatime - overlay overlay rw,lowerdir=/a,upperdir=/b";
    private const string Xfs = "32 30 254:1 / /srv rw,noatime shared:7 master:2 - xfs /dev/vdb rw";

    [Theory]
    [InlineData("30", "/srv2/cache", true)] // /srv is not above /srv2
    [InlineData("32", "/srv/cache", true)]
    [InlineData("31", "/cache", false)] // an overlay does not hand errors of its upper layer on
    [InlineData("99", "/cache", false)] // unknown
    [InlineData("30", "", false)] // "/": /srv is mounted below it
    public void IsOneMount_OfAFolder_IsTrueOnAFileSystemThatReports(string mount, string root, bool expected) =>
        WholeFileSystem.IsOneMount([Ext4, Overlay, Xfs], mount, root).ShouldBe(expected);

    [Theory]
    [InlineData("/my cache", false)]
    [InlineData("/my", true)]
    [InlineData(@"/my cache/users", true)]
    public void IsOneMount_WithAMountBelowWhoseNameIsEscaped_IsFalse(string root, bool expected)
    {
        const string below = @"40 30 254:2 / /my\040cache/users rw - ext4 /dev/vdc rw";
        WholeFileSystem.IsOneMount([Ext4, below], "30", root).ShouldBe(expected);
    }

    [Theory]
    [InlineData("30 1 254:0 / / rw,relatime")]
    [InlineData("nonsense")]
    public void IsOneMount_WithALineItDoesNotUnderstand_IsFalse(string line) =>
        WholeFileSystem.IsOneMount([Ext4, line], "30", "/cache").ShouldBeFalse();

    [Theory]
    [InlineData("nfs4")]
    [InlineData("cifs")]
    [InlineData("fuse.sshfs")]
    [InlineData("9p")]
    [InlineData("tmpfs")]
    public void IsOneMount_OnAFileSystemThatMayNotReport_IsFalse(string type) =>
        WholeFileSystem.IsOneMount([$"30 1 0:1 / / rw - {type} x rw"], "30", "/cache").ShouldBeFalse();

    [Fact]
    public void CanSync_OfAMissingFolder_IsFalse() => WholeFileSystem.CanSync("/nowhere/at/all").ShouldBeFalse();
}
