using System.Globalization;
using Wappa.Caching.Json.Child;

switch (args)
{
    case ["hammer", var folder, var seed, var round]:
        return await Hammer.RunAsync(folder, Number(seed), Number(round));
    case ["disk", var folder]:
        return DiskCommand.Run(folder);
    case ["disk-large", var folder]:
        return DiskLargeCommand.Run(folder);
    case ["open-many", var folder, var most]:
        return OpenManyCommand.Run(folder, Number(most));
    case ["lock", var disk, var path]:
        return LockCommand.Run(disk, path);
    case ["own", var folder, .. var options]:
        return OwnCommand.Run(folder, options.Contains("--grandchild"));
    case ["own-race", var folder, var takings, var seconds]:
        return OwnRaceCommand.Run(folder, Number(takings), Number(seconds));
    case ["write-behind", var folder, var first]:
        return await WriteBehindCommand.RunAsync(folder, Number(first));
    default:
        await Console.Error.WriteLineAsync("""
            hammer <folder> <seed> <round>       changes records until it is killed
            write-behind <folder> <first>        queues numbers for a database until it is killed; 0: finishes others' work
            disk <folder>                        every call on the disk once, with what came of it
            disk-large <folder>                  one large write
            open-many <folder> <most>            creates files and keeps them open until that fails
            lock unix|portable <path>            takes a lock once
            own <folder> [--grandchild]          takes a folder; then "check", or the end of the input
            own-race <folder> <count> <seconds>  after a line of input: takes and releases a folder again and again
            """);
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
