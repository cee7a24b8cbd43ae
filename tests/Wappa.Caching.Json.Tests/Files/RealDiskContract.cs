using System.Text;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Files;

/// <summary>What holds on every real disk and a disk in memory need not show.</summary>
public abstract class RealDiskContract : FileSystemContract
{
    private readonly TemporaryFolder _folder = new();

    private protected abstract IFileSystem Create();

    private protected override IFileSystem Create(out string root)
    {
        root = _folder.Root;
        return Create();
    }

    private protected override void Dispose(bool disposing)
    {
        _folder.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public void AnyCall_WithALongPathOfSeveralScripts_FindsItsFile()
    {
        var directory = string.Join('/', Enumerable.Repeat("Käsepizza-пицца-ピザ-🍕", 12));
        Encoding.UTF8.GetByteCount(directory).ShouldBeGreaterThan(UnixPath.Room);
        Disk.CreateDirectory(At(directory));
        Put($"{directory}/файл", "content"u8);
        Disk.Rename(At($"{directory}/файл"), At($"{directory}/ファイル"));
        Disk.SyncDirectory(At(directory));
        Names(directory).ShouldBe(["ファイル"]);
        Text($"{directory}/ファイル").ShouldBe("content"u8.ToArray());
        Disk.Move(At($"{directory}/ファイル"), At("moved"));
        Disk.Delete(At("moved")).ShouldBeTrue();
    }

    [Fact]
    public void AnyCall_WithATooLongName_FailsAndDoesNotSayMissing()
    {
        var name = new string('x', 300);
        Put("file", "content"u8);
        Should.Throw<FileSystemException>(() => Disk.Create(At(name), exclusive: true)).Message.ShouldNotContain(name);
        Should.Throw<FileSystemException>(() => Disk.Rename(At("file"), At(name))).Message.ShouldNotContain(name);
        Should.Throw<FileSystemException>(() => Disk.CreateDirectory(At(name))).Message.ShouldNotContain(name);
        Text("file").ShouldBe("content"u8.ToArray());
    }

    [Fact]
    public void Create_WithANul_IsRefusedAndNothingIsCreated()
    {
        Should.Throw<ArgumentException>(() => Disk.Create(At("a\0b"), exclusive: true));
        Names("").ShouldBeEmpty();
    }

    [Fact]
    public void TryRead_ADirectory_FailsAndDoesNotSayMissing()
    {
        Disk.CreateDirectory(At("directory"));
        Should.Throw<FileSystemException>(() => Disk.TryRead(At("directory"), new FileBuffer())).Error.ShouldNotBe(FileError.Missing);
    }

    [Fact]
    public void Create_WhereADirectoryIs_Fails()
    {
        Disk.CreateDirectory(At("directory"));
        Should.Throw<FileSystemException>(() => Disk.Create(At("directory"), exclusive: false));
        Fails(FileError.Exists, () => Disk.Create(At("directory"), exclusive: true));
    }

    [Fact]
    public void Delete_ADirectory_FailsAndLeavesIt()
    {
        Disk.CreateDirectory(At("directory"));
        Should.Throw<FileSystemException>(() => Disk.Delete(At("directory")));
        Names("").ShouldBe(["directory/"]);
    }

    [Fact]
    public void List_AFile_Fails()
    {
        Put("file", "content"u8);
        Should.Throw<FileSystemException>(() => Names("file"));
    }

    [Fact]
    public void Write_AfterTheEndOfItsUse_Throws()
    {
        var file = Disk.Create(At("file"), exclusive: true);
        file.Dispose();
        file.Dispose();
        Should.Throw<ObjectDisposedException>(() => file.Write(0, "late"u8));
        Should.Throw<ObjectDisposedException>(() => file.Sync());
        Text("file").ShouldBeEmpty();
    }

    [Fact]
    public void Write_BeforeTheBeginning_IsAWrongCall()
    {
        using var file = Disk.Create(At("file"), exclusive: true);
        Should.Throw<ArgumentOutOfRangeException>(() => file.Write(-1, "x"u8));
    }

    [Fact]
    public void TryLock_LetGo_LeavesTheFile()
    {
        Disk.TryLock(At("LOCK")).ShouldNotBeNull().Dispose();
        Names("").ShouldBe(["LOCK"]); // deleted, it could have been locked already by the next owner
    }

    [Fact]
    public void Write_ToAFullDisk_SaysNoSpace()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        using var full = Disk.Create("/dev/full", exclusive: false);
        Fails(FileError.NoSpace, () => full.Write(0, "x"u8));
    }
}
