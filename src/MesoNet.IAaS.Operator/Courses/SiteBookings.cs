using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>The site's calendar, made anew only when something was booked otherwise: statuses change all the time, bookings seldom.</summary>
internal sealed class SiteBookings(
    ObjectStore<ClassroomEnvironment> environments, ObjectStore<CourseTemplate> templates, ObjectStore<Node> nodes, ObjectStore<ResearchWorkspace> workspaces)
{
    private readonly ConcurrentDictionary<ObjectKey, ClassroomEnvironment> knownEnvironments = new();
    private readonly ConcurrentDictionary<ObjectKey, CourseTemplate> knownTemplates = new();
    private readonly ConcurrentDictionary<ObjectKey, ResearchWorkspace> knownWorkspaces = new();
    private readonly Lock gate = new();
    private SiteCalendar? calendar;
    private SiteCalendar? previous;

    /// <summary>The calendar as it is at a moment.</summary>
    public SiteCalendar CalendarAt(Instant now)
    {
        lock (gate)
        {
            if (now >= calendar?.HoldsUntil) calendar = null;
            // What it answered to courses before the first that changed still holds.
            return calendar ??= previous = SiteCalendar.Of(environments.All, templates.All, nodes.All, previous, now, workspaces.All);
        }
    }

    /// <summary>Notes a changed course; whether it books otherwise than before, which concerns all others.</summary>
    public bool NoteChange(ClassroomEnvironment environment) => Note(environments, knownEnvironments, environment, BookingComparison.HaveTheSameBookings);

    /// <summary>Notes a changed template; whether its courses book otherwise than before.</summary>
    public bool NoteChange(CourseTemplate template) => Note(templates, knownTemplates, template, BookingComparison.HaveTheSameBookings);

    /// <summary>Notes a changed research workspace; whether it takes other room than before, or at other times.</summary>
    public bool NoteChange(ResearchWorkspace workspace) => Note(workspaces, knownWorkspaces, workspace, WorkspaceComparison.TakeTheSameRoom);

    /// <summary>Notes that nodes have changed.</summary>
    public void NoteNodes() => Forget();

    private bool Note<T>(ObjectStore<T> store, ConcurrentDictionary<ObjectKey, T> known, T changed, Func<T, T, bool> areSame) where T : KubernetesObject
    {
        var now = store.Find(changed.Key);
        var before = known.GetValueOrDefault(changed.Key);
        if (now is null) known.TryRemove(changed.Key, out _);
        else known[changed.Key] = now;
        if (now is not null && before is not null && areSame(before, now)) return false;
        Forget();
        return true;
    }

    private void Forget()
    {
        lock (gate) calendar = null;
    }
}
