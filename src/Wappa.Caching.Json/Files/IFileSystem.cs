namespace Wappa.Caching.Json.Files;

/// <summary>
/// All that the JSON backend asks of a disk. Small, so that the same store runs over an in-memory disk that loses what was
/// not synced, fails at any call, and lies.
/// </summary>
/// <remarks>
/// <para>What a crash keeps: the bytes and the size of a file that <see cref="IWritableFile.Sync"/> returned for; the names in a
/// directory that <see cref="SyncDirectory"/> returned for. Anything else may be there or not, in any combination.</para>
/// <para>Paths are absolute. Every failure is a <see cref="FileSystemException"/>; no call reports success that was not
/// one.</para>
/// </remarks>
internal interface IFileSystem
{
    /// <summary>Reads a whole file into the buffer, which is emptied first.</summary>
    /// <returns>False: there is no such file.</returns>
    bool TryRead(string path, FileBuffer content);

    /// <summary>Opens a new file for writing. A file that is there is an error (<paramref name="exclusive"/>) or
    /// emptied.</summary>
    IWritableFile Create(string path, bool exclusive);

    /// <summary>Gives a file another name in the same directory, in place of the file that has it. Readers see the old one or
    /// the new one.</summary>
    void Rename(string from, string to);

    /// <summary>Moves a file to another directory of the same file system, in place of nothing: a name that is taken is an
    /// error.</summary>
    void Move(string from, string to);

    /// <summary>Removes a file.</summary>
    /// <returns>False: there is no such file.</returns>
    bool Delete(string path);

    /// <summary>Makes a directory and the missing ones above it, each with a durable name before anything is in it. The name of
    /// a directory that is there is made durable too: a process that ended in between may have left it so. Call it once in
    /// a process before the first file goes into a directory.</summary>
    void CreateDirectory(string path);

    /// <summary>Makes the names in a directory durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Makes everything written so far below a directory durable at once, contents and names.</summary>
    /// <returns>False: this system cannot do that and report every error, or no lock below the directory has been held since
    /// before the first write; nothing has happened.</returns>
    bool TrySyncAll(string root);

    /// <summary>Calls back for each name in a directory, in no order. A directory that is missing has none; a file in its place
    /// is an error. What is created or deleted meanwhile may be met or not.</summary>
    void List(string directory, FileVisitor visit);

    /// <summary>Takes a lock that the operating system gives back when the process ends, however it ends. The file is made if it
    /// is missing and stays.</summary>
    /// <returns>Null: somebody else has it, in this process or another.</returns>
    /// <exception cref="FileSystemException">Also if a lock does not keep others out there.</exception>
    IDisposable? TryLock(string path);
}

/// <summary>Meets one name of a directory. The span is valid during the call only.</summary>
/// <returns>False: enough.</returns>
internal delegate bool FileVisitor(ReadOnlySpan<char> name, bool isDirectory);

/// <summary>A file that this process is writing.</summary>
internal interface IWritableFile : IDisposable
{
    /// <summary>Writes at a place; all of it or an error, which may leave any part written.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Makes the bytes and the size durable. An error is final: the bytes may be lost although they can still be
    /// read, so nobody may sync this file again and believe it.</summary>
    void Sync();
}
