using System.Reflection;
using System.Runtime.CompilerServices;

namespace Wappa.Caching.Hosting;

/// <summary>A backend that comes in a package of its own. The package may be referenced without anything of it having run yet;
/// its module initializer makes the backend known.</summary>
internal static class BackendPackage
{
    private static readonly string[] Family = ["json", "redis"];

    /// <summary>The package a backend would come in: <c>Wappa.Caching.Json</c>.</summary>
    internal static string NameOf(string backend) =>
        $"Wappa.Caching.{char.ToUpperInvariant(backend[0])}{backend[1..].ToLowerInvariant()}";

    /// <summary>Runs the package's module initializer.</summary>
    /// <returns>False: the package is not part of this app.</returns>
    internal static bool TryLoad(string backend)
    {
        // A name from outside must not become another part of an assembly's name.
        if (!backend.All(char.IsAsciiLetterOrDigit)) return false;
        try
        {
            var package = Assembly.Load(new AssemblyName(NameOf(backend)));
            RuntimeHelpers.RunModuleConstructor(package.ManifestModule.ModuleHandle);
            return true;
        }
        catch (Exception error) when (error is IOException or BadImageFormatException)
        {
            return false;
        }
    }

    /// <summary>Loads every backend of this family that is part of the app, so that a message can name them all.</summary>
    internal static void LoadFamily()
    {
        foreach (var backend in Family) TryLoad(backend);
    }
}
