using System.IO.Enumeration;

namespace Wappa.Caching.Json.Files;

/// <summary>The names in a directory, read by the runtime: <c>struct dirent</c> has another shape on each system. It reports the
/// errors of reading a directory, unlike those of syncing.</summary>
internal sealed class DirectoryNames : FileSystemEnumerator<bool>
{
    private readonly FileVisitor _visit;

    private DirectoryNames(string directory, FileVisitor visit, EnumerationOptions everything)
        : base(directory, everything) => _visit = visit;

    internal static void Visit(string directory, FileVisitor visit)
    {
        try
        {
            // The defaults would leave out hidden names and pass over what may not be read.
            var everything = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false };
            using var names = new DirectoryNames(directory, visit, everything);
            names.MoveNext();
        }
        catch (DirectoryNotFoundException)
        {
            // A directory that is missing has no names. The runtime says the same of a file in its place, which is a fault.
            if (File.Exists(directory))
                throw new FileSystemException("Listing a directory failed: a file has its name.", FileError.Device);
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            throw ManagedErrors.Failure("Listing a directory", error);
        }
    }

    // An entry that is "included" ends the walk: that is how a visitor stops it, and nothing is made of the others.
    protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) => !_visit(entry.FileName, entry.IsDirectory);

    protected override bool TransformEntry(ref FileSystemEntry entry) => true;
}
