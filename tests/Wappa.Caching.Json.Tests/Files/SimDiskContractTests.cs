using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Tests.Simulation;

namespace Wappa.Caching.Json.Tests.Files;

/// <summary>The simulated disk is one to a store that nothing happens to.</summary>
public sealed class SimDiskContractTests : FileSystemContract
{
    private protected override IFileSystem Create(out string root)
    {
        root = "/root";
        var disk = new SimDisk();
        disk.CreateDirectory(root);
        return disk;
    }
}
