using System.IO.Enumeration;

namespace Wappa.Caching.Json.Files;

/// <summary>The names in a directory, without a string for each.</summary>
internal sealed class DirectoryNames : FileSystemEnumerator<bool>
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly FileVisitor _visit;

    private DirectoryNames(string directory, FileVisitor visit)
        : base(directory, Everything) => _visit = visit;

    internal static void Visit(string directory, FileVisitor visit)
    {
        try
        {
            using var names = new DirectoryNames(directory, visit);
            while (names.MoveNext() && names.Current)
            {
            }
        }
        catch (DirectoryNotFoundException)
        {
            // it has no names
        }
        catch (Exception error) when (RuntimeErrors.IsOfTheDisk(error) && error is not FileSystemException)
        {
            throw RuntimeErrors.Failed("list", error);
        }
    }

    protected override bool TransformEntry(ref FileSystemEntry entry) => _visit(entry.FileName, entry.IsDirectory);
}
