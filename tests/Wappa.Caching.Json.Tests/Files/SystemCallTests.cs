namespace Wappa.Caching.Json.Tests.Files;

/// <summary>What is really asked of the kernel, and what becomes of each of its refusals. The runtime's own sync passes none of
/// them on, so these tests are what stands between a disk that fails and a store that does not notice.</summary>
public sealed class SystemCallTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.Root;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryCall_WithoutAFault_SucceedsWithTheSyncsItPromises()
    {
        var run = await Traced.RunAsync(Folder);

        foreach (var step in new[] { "mkdir", "lock", "create", "write", "sync", "rename", "directory", "read", "move", "delete" })
            run[step].ShouldStartWith("ok");
        run.Calls($@"^fdatasync\(\d+<{Folder}/file>").Count.ShouldBe(2); // once for each Sync, no sooner and no later
        run.Calls(@"^pwrite64\(").Count.ShouldBe(1);
        run.Calls($@"^fsync\(\d+<{Folder}>").Count.ShouldBe(2); // the new name 'made', and SyncDirectory
    }

    [Fact]
    public async Task CreateDirectory_OfTwoLevels_SyncsEachNameBeforeThereIsOneBelowIt()
    {
        var run = await Traced.RunAsync(Folder);

        var calls = run.Calls(@"^(mkdir|mkdirat|fsync)\(").Take(5).ToList();
        calls[0].ShouldContain($"<{Path.GetDirectoryName(Folder)}>"); // the folder that was there already
        calls[1].ShouldContain($"\"{Folder[..10]}"); // mkdir made
        calls[2].ShouldContain($"fsync");
        calls[2].ShouldContain($"<{Folder}>");
        calls[3].ShouldContain("mkdir"); // made/within
        calls[4].ShouldContain($"<{Folder}/made>");
    }

    [Fact]
    public async Task Sync_WhenTheDeviceFails_ThrowsAndIsNotTriedAgain()
    {
        var run = await Traced.RunAsync(Folder, "fdatasync:error=EIO:when=1", "fsync:error=EIO:when=4..9");

        run["sync"].ShouldStartWith("Device");
        run["sync"].ShouldContain("errno 5");
        run["sync-again"].ShouldStartWith("Device");
        run["sync-again"].ShouldContain("earlier");
        run.Calls(@"^fdatasync\(").Count.ShouldBe(1); // the second would succeed and mean nothing
        run["directory"].ShouldStartWith("Device");
    }

    [Theory]
    [InlineData("fdatasync:error=ENOSPC", "sync", "NoSpace")]
    [InlineData("fdatasync:error=EDQUOT", "sync", "NoSpace")]
    [InlineData("fdatasync:error=EROFS", "sync", "ReadOnly")] // the runtime takes this for success on purpose
    [InlineData("fdatasync:error=EINVAL", "sync", "Device")] // and this
    [InlineData("fsync:error=EIO:when=2..9", "mkdir", "Device")]
    [InlineData("fsync:error=EINVAL:when=2..9", "directory", "Device")]
    [InlineData("pwrite64:error=ENOSPC", "write", "NoSpace")]
    [InlineData("pwrite64:error=EIO", "write", "Device")]
    [InlineData("pwrite64:retval=0", "write", "Device")] // must not go on for ever
    [InlineData("rename,renameat,renameat2:error=EXDEV", "rename", "Device")]
    [InlineData("rename,renameat:error=EACCES", "rename", "Denied")]
    [InlineData("unlink,unlinkat:error=EPERM", "delete", "Denied")]
    [InlineData("mkdir,mkdirat:error=EROFS", "mkdir", "ReadOnly")]
    [InlineData("mkdir,mkdirat:error=EDQUOT", "mkdir", "NoSpace")]
    [InlineData("flock:error=ENOLCK", "lock", "Device")]
    [InlineData("flock:error=EOPNOTSUPP", "lock", "Device")]
    public async Task AnyCall_WhenTheKernelRefuses_SaysWhy(string fault, string step, string error)
    {
        var run = await Traced.RunAsync(Folder, fault);

        run[step].ShouldStartWith($"{error} ");
        run[step].ShouldNotContain(Folder);
    }

    [Fact]
    public async Task TryLock_WhereEveryLockIsGranted_Refuses()
    {
        var run = await Traced.RunAsync(Folder, "flock:retval=0");

        run["lock"].ShouldStartWith("Device");
        run["lock"].ShouldContain("cannot be locked");
    }

    [Fact]
    public async Task AnyCall_InterruptedByASignal_IsRepeated()
    {
        var run = await Traced.RunAsync(
            Folder, "fdatasync:error=EINTR:when=1", "fsync:error=EINTR:when=1", "pwrite64:error=EINTR:when=1", "flock:error=EINTR:when=1");

        foreach (var step in new[] { "mkdir", "lock", "write", "sync", "directory" }) run[step].ShouldStartWith("ok");
        run.Calls(@"^fdatasync\(").Count.ShouldBe(3);
        run.Calls(@"^pwrite64\(").Count.ShouldBe(2);
    }

    [Fact]
    public async Task Write_TakenInPart_IsFollowedByTheRest()
    {
        var run = await Traced.RunAsync(Folder, "pwrite64:retval=3:when=1");

        run["write"].ShouldStartWith("ok");
        var calls = run.Calls(@"^pwrite64\(");
        calls.Count.ShouldBe(2);
        calls[1].ShouldContain("\"3456789\", 7, 3)");
    }

    [Fact]
    public async Task Move_WhereTheKernelCannotLeaveATakenName_LinksAndUnlinks()
    {
        var run = await Traced.RunAsync(Folder, "renameat2:error=EINVAL");

        run["move"].ShouldStartWith("ok");
        run["move-back"].ShouldStartWith("ok");
        run["delete"].ShouldBe("ok True");
        run.Calls(@"^link(at)?\(").Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("link,linkat:error=EEXIST", "Exists")]
    [InlineData("link,linkat:error=EPERM", "Denied")] // neither of the two ways: an error, not an overwritten file
    public async Task Move_ByLinkOntoATakenName_SaysSo(string fault, string error)
    {
        var run = await Traced.RunAsync(Folder, "renameat2:error=ENOSYS", fault);

        run["move"].ShouldStartWith(error);
        File.Exists(Path.Combine(Folder, "renamed")).ShouldBeFalse(); // the last step found it where it was
        run["delete"].ShouldBe("ok True");
    }

    [Fact]
    public async Task TrySyncAll_WhenTheDeviceFails_Throws()
    {
        var plain = await Traced.RunAsync(Folder);
        Assert.SkipWhen(plain["all"] == "ok False", "this kernel or file system does not report all errors of syncfs");
        plain.Calls($@"^syncfs\(\d+<{Folder}/LOCK>").Count.ShouldBe(1);

        using var folder = new TemporaryFolder();
        var run = await Traced.RunAsync(folder.Root, "syncfs:error=EIO");
        run["all"].ShouldStartWith("Device");
    }

    [Fact]
    public async Task AnyCall_WhenTooManyFilesAreOpen_SaysSoAndWorksAgainLater()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such limit");
        using var child = ChildProcess.Start([], "/bin/sh", "-c", "ulimit -n 150; exec \"$0\" open-many \"$1\" 1000", ChildProgram.Path, Folder);
        var lines = await child.EndAsync();

        lines.ShouldContain("create TooManyFiles");
        foreach (var step in new[] { "read", "directory", "lock", "list" })
            lines.ShouldContain(line => line.StartsWith($"{step} TooManyFiles", StringComparison.Ordinal));
        lines.ShouldContain("read-after ok True");
    }

    [Fact]
    public async Task Write_BeyondTheLimitOfAFile_FailsWithAPartWritten()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such limit");

        // The limit makes the kernel write what fits and report success for that; the error follows with the rest.
        const string script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" disk-large \"$1\"";
        var environment = new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" }; // its memory is a file
        using var child = ChildProcess.Start(environment, "/bin/sh", "-c", script, ChildProgram.Path, Folder);
        var lines = await child.EndAsync();

        lines.ShouldContain(line => line.StartsWith("write Device", StringComparison.Ordinal));
        new FileInfo(Path.Combine(Folder, "large")).Length.ShouldBeInRange(1, 1024);
    }
}
