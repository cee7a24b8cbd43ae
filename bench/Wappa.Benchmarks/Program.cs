using System.Globalization;
using System.Numerics;
using Wappa.Benchmarks;
using Wappa.Benchmarks.Http;
using Wappa.Benchmarks.Json;
using Wappa.Benchmarks.Memory;
using Wappa.Benchmarks.Turns;
using Wappa.Benchmarks.Webhook;

switch (args)
{
    case [MemoryChild.Command, var what]:
        await MemoryChild.RunAsync(what);
        return 0;
    case [OpenChild.Command, var folder]:
        await OpenChild.RunAsync(folder);
        return 0;
    case [WebhookServer.Command, var kind]:
        await WebhookServer.RunAsync(kind);
        return 0;
    case [HttpServer.Command]:
        await HttpServer.RunAsync();
        return 0;
    case [HttpLoad.Command, var port, var count, var path, var status, var tag]:
        await HttpLoad.RunAsync(Number<int>(port), Number<int>(count), path, Number<int>(status), tag);
        return 0;
    case [LoadGenerator.Command, var port, var count, var first]:
        await LoadGenerator.RunAsync(Number<int>(port), Number<int>(count), Number<long>(first));
        return 0;
    case [LoadGenerator.Command, var port, var count, var first, var connections, var users]:
        await LoadGenerator.RunAsync(
            Number<int>(port), Number<int>(count), Number<long>(first), Number<int>(connections), Number<int>(users));
        return 0;
    case [TurnServer.Command, var backend, var stub]:
        await TurnServer.RunAsync(backend, stub);
        return 0;
    default:
        return await Run.MainAsync(args);
}

static T Number<T>(string text)
    where T : INumber<T> => T.Parse(text, CultureInfo.InvariantCulture);
