using System.Diagnostics;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Child;

/// <summary>Owns a folder until it is told to let go or is killed.</summary>
internal static class OwnCommand
{
    internal static int Run(string folder, bool grandchild)
    {
        FolderOwner owner;
        try
        {
            owner = FolderOwner.Take(FileSystems.Default, folder, TimeProvider.System);
        }
        catch (CacheStoreUnavailableException error)
        {
            Console.WriteLine($"refused {error.Message}");
            return 1;
        }

        using var helper = grandchild ? Process.Start("sleep", "60") : null;
        Console.WriteLine($"owner {Environment.ProcessId} {helper?.Id}".TrimEnd());
        while (Console.ReadLine() is "check") Console.WriteLine(Check(owner));
        owner.Dispose();
        return 0;
    }

    private static string Check(FolderOwner owner)
    {
        try
        {
            owner.ThrowIfLost();
            return "mine";
        }
        catch (CacheStoreUnavailableException error)
        {
            return $"lost {error.Message}";
        }
    }
}
