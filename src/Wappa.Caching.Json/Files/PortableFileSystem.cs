using Microsoft.Win32.SafeHandles;

namespace Wappa.Caching.Json.Files;

/// <summary>The disk of Windows, by the runtime's calls.</summary>
/// <remarks>
/// <para>It runs on Linux and macOS too, for its tests, and must not be used there: the runtime's sync reports no error on
/// these.</para>
/// <para>Windows has no documented way to sync a directory. NTFS journals its names in order; renames are asked to be written
/// through (<see cref="WindowsMove"/>), and a file's own sync takes its name along.</para>
/// </remarks>
internal sealed class PortableFileSystem : IFileSystem
{
    // A person's editor may have any of our files open, and may go on; what it has open, Windows does not let us replace.
    private const FileShare LetOthers = FileShare.ReadWrite | FileShare.Delete;

    public bool TryRead(string path, FileBuffer content)
    {
        content.Clear();
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, LetOthers);
            while (true)
            {
                var count = RandomAccess.Read(file, content.Free(atLeast: 512), content.Length);
                if (count == 0) return true;
                content.Advance(count);
            }
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            throw ManagedErrors.Failure("Reading a file", error);
        }
    }

    public IWritableFile Create(string path, bool exclusive)
    {
        try
        {
            var mode = exclusive ? FileMode.CreateNew : FileMode.Create;
            return new PortableFile(File.OpenHandle(path, mode, FileAccess.Write, LetOthers));
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            throw ManagedErrors.Failure("Creating a file", error);
        }
    }

    public void Rename(string from, string to) => Move(from, to, overwrite: true);

    public void Move(string from, string to) => Move(from, to, overwrite: false);

    public bool Delete(string path)
    {
        try
        {
            // File.Delete does not say whether there was something. Nobody else creates files here, so asking first does.
            if ((File.GetAttributes(path) & FileAttributes.Directory) != 0)
                throw new FileSystemException("Deleting a file failed: it is a directory.", FileError.Denied);
            File.Delete(path);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            throw ManagedErrors.Failure("Deleting a file", error);
        }
    }

    public void CreateDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            // A file that has the name is "denied" or a bare error to some systems.
            if (File.Exists(path))
                throw new FileSystemException("Creating a directory failed: a file has its name.", FileError.Exists);
            throw ManagedErrors.Failure("Creating a directory", error);
        }
    }

    /// <summary>Does nothing but look: see the remarks on this class.</summary>
    public void SyncDirectory(string path)
    {
        if (!Directory.Exists(path))
            throw new FileSystemException("Syncing a directory failed: it is missing.", FileError.Missing);
    }

    public bool TrySyncAll(string root) => false;

    public void List(string directory, FileVisitor visit) => DirectoryNames.Visit(directory, visit);

    public IDisposable? TryLock(string path)
    {
        var held = OpenAlone(path);
        if (held is null) return null;
        try
        {
            // DOTNET_SYSTEM_IO_DISABLEFILELOCKING switches this lock off on Unix, and some mounts have none.
            if (OpenAlone(path) is not { } second) return held;
            second.Dispose();
        }
        catch
        {
            held.Dispose();
            throw;
        }

        held.Dispose();
        throw new FileSystemException(
            "Files cannot be locked on this file system: a second lock on the same file was granted. Two processes could write " +
            "to one folder unnoticed. Keep the folder on a local disk.",
            FileError.Device);
    }

    private static SafeFileHandle? OpenAlone(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            if (ManagedErrors.IsSharingViolation(error)) return null;
            throw ManagedErrors.Failure("Locking a file", error);
        }
    }

    private static void Move(string from, string to, bool overwrite)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsMove.Move(from, to, overwrite);
            return;
        }

        try
        {
            File.Move(from, to, overwrite);
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            throw ManagedErrors.Failure("Renaming a file", error);
        }
    }
}
