using System.Diagnostics;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Child;

/// <summary>Takes and releases a folder in a race with others that do the same. Whoever has it creates a file that must not be
/// there.</summary>
internal static class OwnRaceCommand
{
    internal static int Run(string directory, int goal, int seconds)
    {
        var limit = TimeSpan.FromSeconds(seconds);
        var witness = Path.Combine(directory, "witness");
        int taken = 0, refused = 0, overlaps = 0;
        Console.WriteLine("ready");
        Console.ReadLine();
        var clock = Stopwatch.StartNew();
        while (taken < goal && clock.Elapsed < limit)
        {
            try
            {
                using var owner = FolderOwner.Take(FileSystems.Default, directory, TimeProvider.System);
                taken++;
                if (!Enter(witness)) overlaps++;
                owner.ThrowIfLost();
                File.Delete(witness);
            }
            catch (CacheStoreUnavailableException)
            {
                refused++;
            }
        }

        Console.WriteLine($"taken {taken} refused {refused} overlaps {overlaps}");
        return 0;
    }

    private static bool Enter(string witness)
    {
        try
        {
            File.Open(witness, FileMode.CreateNew).Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
