using MesoNet.IAaS.Portal.Identity;

namespace MesoNet.IAaS.Cli.Status;

/// <summary>The links to click for those who are no students, on this machine's own cluster.</summary>
/// <param name="Teacher">As the teacher of the sample course, who may make others.</param>
/// <param name="Administrator">As whoever runs the site.</param>
internal sealed record PersonLinks(string Teacher, string Administrator)
{
    /// <summary>The links, good for seven days.</summary>
    public static PersonLinks Of(PortalLinks links, TimeProvider time) => new(links.For("teacher1", SiteRole.Teacher, time), links.For("admin", SiteRole.Administrator, time));

    /// <summary>Prints them, the student's among them where one is given.</summary>
    public static void Print(PersonLinks people, string? student)
    {
        Console.WriteLine();
        Console.WriteLine($"  Teacher        {people.Teacher}");
        if (student is not null) Console.WriteLine($"  Student        {student}");
        Console.WriteLine($"  Administrator  {people.Administrator}");
    }
}
