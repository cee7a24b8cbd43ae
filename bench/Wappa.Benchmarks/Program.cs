using System.Globalization;
using System.Numerics;
using Wappa.Benchmarks;
using Wappa.Benchmarks.Json;
using Wappa.Benchmarks.Memory;
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
    case [LoadGenerator.Command, var port, var count, var first]:
        await LoadGenerator.RunAsync(Number<int>(port), Number<int>(count), Number<long>(first));
        return 0;
    default:
        return await Run.MainAsync(args);
}

static T Number<T>(string text)
    where T : INumber<T> => T.Parse(text, CultureInfo.InvariantCulture);
