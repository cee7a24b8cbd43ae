using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Files;

public sealed class PortableFileSystemTests : RealDiskContract
{
    private protected override IFileSystem Create() => new PortableFileSystem();

    [Fact]
    public void TrySyncAll_Always_IsFalse() => Disk.TrySyncAll(Root).ShouldBeFalse();

    [Theory]
    [InlineData(2, nameof(FileError.Missing))]
    [InlineData(3, nameof(FileError.Missing))]
    [InlineData(4, nameof(FileError.TooManyFiles))]
    [InlineData(5, nameof(FileError.Denied))]
    [InlineData(19, nameof(FileError.ReadOnly))]
    [InlineData(32, nameof(FileError.Denied))]
    [InlineData(33, nameof(FileError.Denied))]
    [InlineData(39, nameof(FileError.NoSpace))]
    [InlineData(80, nameof(FileError.Exists))]
    [InlineData(112, nameof(FileError.NoSpace))]
    [InlineData(183, nameof(FileError.Exists))]
    [InlineData(1295, nameof(FileError.NoSpace))]
    [InlineData(1117, nameof(FileError.Device))] // ERROR_IO_DEVICE
    public void Meaning_OfAWindowsCode_IsOurs(int code, string meaning)
    {
        ManagedErrors.WindowsMeaning(code).ToString().ShouldBe(meaning);
        ManagedErrors.Meaning(unchecked((int)0x80070000) | code).ToString().ShouldBe(meaning);
    }

    [Fact]
    public void Failure_OfTheRuntime_DoesNotKeepTheFilesName()
    {
        var error = ManagedErrors.Failure("Opening a file", new FileNotFoundException("no /cache/users/hotel123_15550001.json"));
        error.Error.ShouldBe(FileError.Missing);
        error.ToString().ShouldNotContain("15550001");
    }

    [Theory]
    [InlineData(@"C:\cache\a.json", 10, @"C:\cache\a.json")]
    [InlineData(@"C:\cache\", 250, @"\\?\C:\cache\")]
    [InlineData("C:/cache/", 250, @"\\?\C:\cache\")]
    [InlineData(@"\\server\share\", 250, @"\\?\UNC\server\share\")]
    [InlineData(@"\\?\C:\cache\", 250, @"\\?\C:\cache\")]
    public void Long_OfAPath_IsTheFormWithoutALimit(string path, int padding, string start)
    {
        var name = new string('x', padding);
#pragma warning disable CA1416 // text only: it calls nothing of Windows
        WindowsMove.Long(path + name).ShouldBe(start + name);
#pragma warning restore CA1416
    }
}
